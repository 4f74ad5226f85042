// @ts-check
// Which size of the picture this viewer gets: the line decides, unless the person does.

/** @import { Player } from "../../model/player.js" */
/** @import { LayerState } from "../../wire/layers.js" */

import { say } from "../../words/room.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";

const AUTOMATIC = say("auto");
const LABEL = say("quality");

export class QualityMenu extends View {
  #player;
  #shown = "";

  /**
   * @param {Player} player
   * @param {{ open: () => void, choose: (height: number | null) => void }} actions
   */
  constructor(player, { open, choose }) {
    const select = h("select", {
      class: "on-video player-quality",
      "aria-label": LABEL,
      title: LABEL,
      "data-testid": "player-quality",
      hidden: true,
    });
    super(select);
    this.#player = player;
    // What there is may have changed since: it is asked for while the list opens.
    select.addEventListener("pointerdown", open);
    select.addEventListener("change", () => choose(select.value ? Number(select.value) : null));
    this.watch([player], () => this.#render(select));
  }

  /** @param {HTMLSelectElement} select */
  #render(select) {
    const { layers, wishedHeight, numbers } = this.#player;
    const sizes = layers?.layers.filter((layer) => layer.height !== null) ?? [];
    select.hidden = sizes.length < 2;
    const shown = `${AUTOMATIC} · ${numbers?.height ?? 0}p`;
    const options = [
      { value: "", label: wishedHeight === null && numbers?.height ? shown : AUTOMATIC },
      ...sizes.toReversed().map((layer) => ({ value: String(layer.height), label: nameOf(layer) })),
    ];
    const text = JSON.stringify([options, wishedHeight]);
    // An open list closes when its options are replaced.
    if (text === this.#shown) return;
    this.#shown = text;
    fill(select, ...options.map(({ value, label }) => h("option", { value }, label)));
    select.value = wishedHeight === null ? "" : String(wishedHeight);
  }
}

/** @param {LayerState} layer */
function nameOf({ height, active }) {
  return active ? `${height}p` : say("pNotSentNow", { height: height ?? "" });
}
