// @ts-check
// Where the picture comes from, which devices, and how good it is.

/** @import { Choices, Publisher, Quality, Source } from "../../model/publisher.js" */
/** @import { Device } from "../../wire/capture.js" */
/** @import { IconName } from "../kit/icons.js" */

import { QUALITIES } from "../../model/publisher.js";
import { say } from "../../words/studio.js";
import { Field } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatNumber } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

/** @type {readonly { source: Source, label: string, hint: string, icon: IconName }[]} */
const SOURCES = [
  { source: "camera", label: say("camera"), hint: say("andMicrophone"), icon: "camera" },
  { source: "screen", label: say("screen"), hint: say("withItsSound"), icon: "screen" },
  { source: "screen-microphone", label: say("screen"), hint: say("andMicrophone"), icon: "screen" },
  { source: "encoder", label: "OBS", hint: say("orAnotherEncoder"), icon: "encoder" },
];

export class SourcesView extends View {
  #publisher;
  #sources;
  #camera = new Field(say("camera"), h("select", { "data-testid": "camera" }));
  #microphone = new Field(say("microphone"), h("select", { "data-testid": "microphone" }));
  #quality = new Field(
    say("picture"),
    h(
      "select",
      { "data-testid": "quality" },
      ...QUALITIES.map((quality, index) => h("option", { value: index }, qualityLabel(quality))),
    ),
  );

  /**
   * @param {Publisher} publisher
   * @param {{ choose: (choices: Partial<Choices>) => void }} actions
   * @param {{ withEncoder?: boolean, withSources?: boolean }} options `withSources`: whether there is
   *   a choice of what is sent, or only of the devices for it
   */
  constructor(publisher, { choose }, { withEncoder = false, withSources = true }) {
    super(h("div", { class: "sources" }));
    this.#publisher = publisher;
    const offered = SOURCES.filter(({ source }) => withEncoder || source !== "encoder");
    const name = `source-${crypto.randomUUID().slice(0, 6)}`;
    this.#sources = offered.map((each) =>
      sourceChoice(each, name, () => choose({ source: each.source })),
    );
    this.#camera.control.addEventListener("change", () => choose({ cameraId: this.#camera.value }));
    this.#microphone.control.addEventListener("change", () =>
      choose({ microphoneId: this.#microphone.value }),
    );
    this.#quality.control.addEventListener("change", () =>
      choose({ quality: Number(this.#quality.value) }),
    );
    const choices = h(
      "fieldset",
      { class: "source-choices" },
      h("legend", { class: "label" }, say("source")),
      ...this.#sources.map(({ element }) => element),
    );
    this.element.append(
      ...(withSources ? [choices] : []),
      h(
        "div",
        { class: "source-devices" },
        this.#camera.element,
        this.#microphone.element,
        this.#quality.element,
      ),
    );
    this.watch([publisher], () => this.#render());
  }

  #render() {
    const { choices, cameras, microphones } = this.#publisher;
    for (const { source, input } of this.#sources) input.checked = source === choices.source;
    this.#camera.element.hidden = choices.source !== "camera";
    this.#microphone.element.hidden =
      choices.source !== "camera" && choices.source !== "screen-microphone";
    this.#quality.element.hidden = choices.source === "encoder";
    fillDevices(this.#camera.control, cameras, choices.cameraId, say("camera"));
    fillDevices(this.#microphone.control, microphones, choices.microphoneId, say("microphone"));
    this.#quality.control.value = String(choices.quality);
  }
}

/** @param {Quality} quality */
function qualityLabel({ height, bitrateBps }) {
  return say("qualityOf", { height, rate: formatNumber(bitrateBps / 1e6, 1) });
}

/**
 * @param {(typeof SOURCES)[number]} about
 * @param {string} group
 * @param {() => void} choose
 */
function sourceChoice({ source, label, hint, icon: name }, group, choose) {
  const input = h("input", {
    type: "radio",
    name: group,
    value: source,
    class: "visually-hidden",
    onchange: choose,
  });
  const element = h(
    "label",
    { class: "source-choice", "data-testid": `source-${source}` },
    input,
    icon(name, 22),
    h("span", { class: "source-label" }, label),
    h("span", { class: "source-hint" }, hint),
  );
  return { source, input, element };
}

/**
 * Options are left alone while the list is the same: an open menu must not close by itself.
 * @param {Field["control"]} select
 * @param {Device[]} devices
 * @param {string} chosen
 * @param {string} noun
 */
function fillDevices(select, devices, chosen, noun) {
  const known = devices.map(({ id, label }) => `${id}\n${label}`).join("\n\n");
  if (select.dataset.devices !== known) {
    select.dataset.devices = known;
    const options = devices.map(({ id, label }, index) =>
      h("option", { value: id }, label || `${noun} ${index + 1}`),
    );
    fill(select, h("option", { value: "" }, say("theBrowsersChoice")), ...options);
  }
  select.value = devices.some(({ id }) => id === chosen) ? chosen : "";
}
