// @ts-check
// The way to the search where the header has no room for its field.

import { link } from "../kit/controls.js";
import { icon } from "../kit/icons.js";

export function searchLink() {
  return link(
    "/search",
    { class: "icon-button search-link", "aria-label": "Search", title: "Search" },
    icon("search", 20),
  );
}
