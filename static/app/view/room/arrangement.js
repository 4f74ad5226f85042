// @ts-check
// Puts the panels of a room where the viewer wants them. The style sheet knows every arrangement; here
// it is only told which one holds.

/** @import { Chosen, Panel, RoomLayout } from "../../model/room-layout.js" */

import { PANELS, PICTURE_HEIGHT, SIDE_WIDTH } from "../../model/room-layout.js";
import { say } from "../../words/arrangement.js";
import { button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { Splitter } from "./splitter.js";


/** @typedef {{ stage: HTMLElement, side: HTMLElement }} Parts */

export class Arrangement extends View {
  #layout;

  /**
   * @param {HTMLElement} room
   * @param {Parts} parts
   * @param {RoomLayout} layout
   */
  constructor(room, { stage, side }, layout) {
    super(room);
    this.#layout = layout;
    const sideSplitter = this.own(
      new Splitter(
        {
          label: say("sideWidth"),
          orientation: "vertical",
          range: SIDE_WIDTH,
          panel: side,
          grows: () => (layout.chosen.side === "left" ? 1 : -1),
          resize: (sideWidth) => layout.choose({ sideWidth }),
        },
        "side",
      ),
    );
    const pictureSplitter = this.own(
      new Splitter(
        {
          label: say("pictureHeight"),
          orientation: "horizontal",
          range: PICTURE_HEIGHT,
          panel: stage,
          grows: () => 1,
          resize: (pictureHeight) => layout.choose({ pictureHeight }),
        },
        "picture",
      ),
    );
    room.append(sideSplitter.element, pictureSplitter.element);
    const escaped = (/** @type {KeyboardEvent} */ event) => {
      const isMeant = event.key === "Escape" && !event.defaultPrevented && layout.isTheatre;
      if (isMeant && !document.querySelector("dialog[open]")) layout.setTheatre(false);
    };
    document.addEventListener("keydown", escaped);
    this.whenDestroyed(() => {
      document.removeEventListener("keydown", escaped);
      delete document.documentElement.dataset.theatre;
    });
    this.watch([layout], () => this.#render());
  }

  #render() {
    const { chosen, isTheatre } = this.#layout;
    const { dataset, style } = this.element;
    dataset.layout = chosen.main;
    dataset.side = chosen.side;
    dataset.pollPlace = chosen.pollPlace;
    dataset.hidden = chosen.hidden.join(" ");
    dataset.picture = chosen.pictureHeight === null ? "design" : "chosen";
    setSize(style, "--side-width", chosen.sideWidth);
    setSize(style, "--picture-height", chosen.pictureHeight);
    if (isTheatre) document.documentElement.dataset.theatre = "";
    else delete document.documentElement.dataset.theatre;
  }
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {string} name
 * @param {number | null} pixels
 */
function setSize(style, name, pixels) {
  if (pixels === null) style.removeProperty(name);
  else style.setProperty(name, `${pixels}px`);
}

/** @param {RoomLayout} layout */
export function openArrangement(layout) {
  const form = h("div", { class: "form", "data-testid": "arrangement" });
  const render = () =>
    fill(
      form,
      h(
        "fieldset",
        { class: "choice-list" },
        h("legend", { class: "label" }, say("shown")),
        ...PANELS.map((panel) => shownBox(layout, panel)),
      ),
      choice(layout, "side", say("side"), [
        ["right", say("sideRight")],
        ["left", say("sideLeft")],
      ]),
      choice(layout, "pollPlace", say("pollPlace"), [
        ["top", say("pollTop")],
        ["bottom", say("pollBottom")],
      ]),
      choice(layout, "main", say("main"), [
        ["picture", say("mainPicture")],
        ["code", say("mainCode")],
      ]),
      h("p", { class: "field-hint" }, say("hint")),
      button(say("reset"), {
        icon: "rotate",
        "data-testid": "arrangement-reset",
        onclick: () => {
          layout.reset();
          render();
        },
      }),
    );
  render();
  openDialog(say("arrange"), () => [form]);
}

/**
 * @param {RoomLayout} layout
 * @param {Panel} panel
 */
function shownBox(layout, panel) {
  const box = h("input", {
    type: "checkbox",
    checked: !layout.isHidden(panel),
    "data-testid": `show-${panel}`,
    onchange: () => layout.show(panel, box.checked),
  });
  return h("label", { class: "check" }, box, h("span", {}, say("panel", { kind: panel })));
}

/**
 * @template {"side" | "pollPlace" | "main"} K
 * @param {RoomLayout} layout
 * @param {K} name
 * @param {string} title
 * @param {[Chosen[K], string][]} choices
 */
function choice(layout, name, title, choices) {
  return h(
    "fieldset",
    { class: "choice-list" },
    h("legend", { class: "label" }, title),
    ...choices.map(([value, label]) =>
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "radio",
          name: `arrange-${name}`,
          checked: layout.chosen[name] === value,
          "data-testid": `${name}-${value}`,
          onchange: () => layout.choose({ [name]: value }),
        }),
        h("span", {}, label),
      ),
    ),
  );
}
