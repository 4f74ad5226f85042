// @ts-check
export { io } from "socket.io-client";
