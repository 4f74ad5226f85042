export * from "./entries/socket.io.js";
export type { Socket } from "socket.io-client";
