// @ts-check
// The reading page of the API: fetches the description that this node serves, and shows it.

import { Description } from "./model/description.js";
import { ApiPage } from "./view/api/page.js";
import { fill, h } from "./view/kit/dom.js";
import { fetchDescription } from "./wire/description.js";
import { sentenceFor } from "./wire/problem.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

try {
  fill(app, new ApiPage(new Description(await fetchDescription())).element);
  // The element that the address names was not there when the browser looked for it.
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
} catch (error) {
  fill(app, h("p", { class: "api-problem", role: "alert" }, sentenceFor(error)));
}
