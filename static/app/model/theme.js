// @ts-check
// Light, dark, or as the system has it.

import { Observable } from "./observable.js";

/** @typedef {"system" | "light" | "dark"} ThemeChoice */

/** @type {readonly ThemeChoice[]} */
export const THEME_CHOICES = ["system", "light", "dark"];

export class Theme extends Observable {
  /** @type {ThemeChoice} */
  choice;

  /** @param {string | null} remembered */
  constructor(remembered) {
    super();
    this.choice = THEME_CHOICES.find((choice) => choice === remembered) ?? "system";
  }

  /** @param {ThemeChoice} choice */
  choose(choice) {
    this.choice = choice;
    this.changed();
  }
}
