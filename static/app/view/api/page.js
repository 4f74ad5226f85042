// @ts-check
// The page: what the API is in a few words, a filter, and every operation by what it is about.

/** @import { Description } from "../../model/description.js" */

import { matching } from "../../model/description.js";
import { fill, h } from "../kit/dom.js";
import { operationView } from "./operation.js";

export class ApiPage {
  #description;
  #list = h("div", { class: "api-groups" });
  #count = h("p", { class: "soft", role: "status" });
  element;

  /** @param {Description} description */
  constructor(description) {
    this.#description = description;
    this.element = h(
      "main",
      { id: "page", class: "api-page" },
      h("p", {}, h("a", { href: "/" }, "Vibecast")),
      h("h1", {}, "The API"),
      h(
        "p",
        { class: "api-lead" },
        "Programs sign in with ",
        h("code", {}, "POST /api/v1/sessions"),
        " and send the token as ",
        h("code", {}, "Authorization: Bearer"),
        ". Errors are problem+json with a stable code. Lists give ",
        h("code", {}, "next"),
        ", the cursor of the page after. The same as a file: ",
        h("a", { href: "/api/v1/openapi.json" }, "openapi.json"),
        ".",
      ),
      h(
        "label",
        { class: "api-filter" },
        "Find",
        h("input", {
          type: "search",
          autocomplete: "off",
          "data-testid": "api-filter",
          oninput: (event) => this.#show(event.target.value),
        }),
      ),
      this.#count,
      this.#list,
    );
    this.#show("");
  }

  /** @param {string} text */
  #show(text) {
    const groups = matching(this.#description.groups, text);
    const count = groups.reduce((sum, { operations }) => sum + operations.length, 0);
    fill(this.#count, `Operations: ${count}`);
    fill(
      this.#list,
      ...groups.map(({ name, operations }) =>
        h(
          "section",
          { "aria-labelledby": `group-${name}` },
          h("h2", { id: `group-${name}` }, name),
          ...operations.map((operation) => operationView(this.#description, operation)),
        ),
      ),
    );
  }
}
