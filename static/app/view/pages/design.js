// @ts-check
// The design system as it is: its tokens read from the style sheet, its parts as pages use them.

/** @import { Theme } from "../../model/theme.js" */
/** @import { Toasts } from "../../model/toasts.js" */

import { say } from "../../words/design.js";
import { parts } from "../design/parts.js";
import { contrast, PAIRS, tokensNamed, valueOf } from "../design/tokens.js";
import { fill, h } from "../kit/dom.js";
import { formatNumber } from "../kit/format.js";
import { View } from "../kit/view.js";

const READABLE = 4.5;
const SIZES = /** @type {const} */ (["display", "heading", "title", "lead", "body", "small"]);

/** @param {{ toasts: Toasts, theme: Theme }} app */
export function openDesign({ toasts, theme }) {
  return new DesignPage(toasts, theme);
}

class DesignPage extends View {
  title = say("design");
  #colours = h("ul", { class: "design-pairs", "data-testid": "colour-pairs" });

  /**
   * @param {Toasts} toasts
   * @param {Theme} theme
   */
  constructor(toasts, theme) {
    super(h("div", { class: "page design-page" }));
    this.element.append(
      h(
        "header",
        { class: "page-head" },
        h("h1", {}, say("design")),
        h(
          "p",
          { class: "lead soft" },
          say("lead"),
        ),
      ),
      section(
        say("colour"),
        say("whatStandsOnWhatWith"),
        this.#colours,
      ),
      section(say("type"), say("sizesStepByAbout1"), type()),
      section(say("spaceAndShape"), say("multiplesOfFourThreeCorners"), spaces()),
      section(
        say("motion"),
        say("quickForWhatAnswersA"),
        motion(),
      ),
      section(say("parts"), say("builtOnceInViewKit"), ...parts(toasts)),
    );
    this.watch([theme], () => this.#showColours());
    const system = matchMedia("(prefers-color-scheme: dark)");
    const show = () => this.#showColours();
    system.addEventListener("change", show);
    this.whenDestroyed(() => system.removeEventListener("change", show));
  }

  #showColours() {
    fill(this.#colours, ...PAIRS.map(([front, back]) => pair(front, back)));
  }
}

/**
 * @param {string} title
 * @param {string} about
 * @param {...HTMLElement} children
 */
function section(title, about, ...children) {
  return h(
    "section",
    { class: "design-section" },
    h("h2", {}, title),
    h("p", { class: "soft" }, about),
    ...children,
  );
}

/**
 * @param {string} front
 * @param {string} back
 */
function pair(front, back) {
  const ratio = contrast(front, back);
  return h(
    "li",
    { style: `color: var(${front}); background: var(${back})`, "data-ratio": ratio.toFixed(2) },
    h("span", { class: "mono" }, say("on", { front: front.slice(2), back: back.slice(2) })),
    h("span", { class: "number" }, `${formatNumber(ratio, 1)}${ratio < READABLE ? `, ${say("tooLittle")}` : ""}`),
  );
}

function type() {
  const lines = SIZES.map((size) =>
    h(
      "li",
      {},
      h("span", { class: "mono small soft" }, size),
      h("span", { style: `font-size: var(--size-${size})` }, say("writeItTogether")),
    ),
  );
  const code = h(
    "li",
    {},
    h("span", { class: "mono small soft" }, "mono"),
    h("span", { class: "mono" }, "def take(self) -> bool:  # 0O 1lI"),
  );
  return h("ul", { class: "design-type" }, ...lines, code);
}

function spaces() {
  return h(
    "ul",
    { class: "design-spaces" },
    ...tokensNamed("--space-").map((token) =>
      h(
        "li",
        {},
        h("span", { class: "design-space", style: `inline-size: var(${token})` }),
        h("span", { class: "mono small soft" }, `${token.slice(2)} ${valueOf(token)}`),
      ),
    ),
    ...tokensNamed("--radius").map((token) =>
      h(
        "li",
        {},
        h("span", { class: "design-corner", style: `border-radius: var(${token})` }),
        h("span", { class: "mono small soft" }, `${token.slice(2)} ${valueOf(token)}`),
      ),
    ),
  );
}

function motion() {
  return h(
    "div",
    { class: "row" },
    ...["quick", "calm"].map((pace) =>
      h(
        "button",
        { type: "button", class: "design-motion", style: `--pace: var(--${pace})` },
        h("span", { class: "caret", "aria-hidden": "true" }),
        `${pace}, ${valueOf(`--${pace}`)}`,
      ),
    ),
  );
}
