// The bundle's types are its entry's: tsc reads the packages, the browser the bundle.
export * from "./entries/editor.js";
export type { StateEffectType, Text } from "@codemirror/state";
export type { DecorationSet } from "@codemirror/view";
