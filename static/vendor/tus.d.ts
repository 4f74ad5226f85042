export * from "./entries/tus.js";
