// @ts-check
// The way to the search where the header has no room for its field.

import { say } from "../../words/site.js";
import { link } from "../kit/controls.js";
import { icon } from "../kit/icons.js";

export function searchLink() {
  return link(
    "/search",
    { class: "icon-button search-link", "aria-label": say("search"), title: say("search") },
    icon("search", 20),
  );
}
