// @ts-check
// Puts the panels of a room where the viewer wants them. The style sheet knows every arrangement; here
// it is only told which one holds.

/** @import { Chosen, Panel, RoomLayout } from "../../model/room-layout.js" */

import { PANELS, PICTURE_HEIGHT, SIDE_WIDTH } from "../../model/room-layout.js";
import { button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { Splitter } from "./splitter.js";

const TEXT = {
  title: "Arrange the room",
  shown: "Shown",
  side: "Chat and poll",
  left: "Left of the picture",
  right: "Right of the picture",
  pollPlace: "Poll",
  top: "Above the chat",
  bottom: "Below the chat",
  main: "Most of the room",
  picture: "For the picture",
  code: "For the code",
  reset: "As it was designed",
  hint: "Kept on this computer. The lines between the panels can be moved, with the arrow keys too.",
  sideWidth: "Width of the chat",
  pictureHeight: "Height of the picture",
};
/** @type {Record<Panel, string>} */
const NAMES = { chat: "Chat and questions", poll: "Poll", code: "Code" };

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
          label: TEXT.sideWidth,
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
          label: TEXT.pictureHeight,
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
        h("legend", { class: "label" }, TEXT.shown),
        ...PANELS.map((panel) => shownBox(layout, panel)),
      ),
      choice(layout, "side", [
        ["right", TEXT.right],
        ["left", TEXT.left],
      ]),
      choice(layout, "pollPlace", [
        ["top", TEXT.top],
        ["bottom", TEXT.bottom],
      ]),
      choice(layout, "main", [
        ["picture", TEXT.picture],
        ["code", TEXT.code],
      ]),
      h("p", { class: "field-hint" }, TEXT.hint),
      button(TEXT.reset, {
        icon: "rotate",
        "data-testid": "arrangement-reset",
        onclick: () => {
          layout.reset();
          render();
        },
      }),
    );
  render();
  openDialog(TEXT.title, () => [form]);
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
  return h("label", { class: "check" }, box, h("span", {}, NAMES[panel]));
}

/**
 * @template {"side" | "pollPlace" | "main"} K
 * @param {RoomLayout} layout
 * @param {K} name
 * @param {[Chosen[K], string][]} choices
 */
function choice(layout, name, choices) {
  return h(
    "fieldset",
    { class: "choice-list" },
    h("legend", { class: "label" }, TEXT[name]),
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
