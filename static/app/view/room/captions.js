// @ts-check
// What is said, written under the picture, for as long as the picture has a text track. A stream has
// one only when somebody sends one: without it nothing is shown and nothing is offered.

import { say } from "../../words/arrangement.js";
import { iconButton } from "../kit/controls.js";
import { fill, h, setAttributes } from "../kit/dom.js";
import { View } from "../kit/view.js";

const KINDS = ["captions", "subtitles"];

export class Captions extends View {
  #tracks;
  #isShown = true;
  toggle = iconButton("captions", say("hideCaptions"), {
    class: "on-video",
    hidden: true,
    "data-testid": "captions-toggle",
    onclick: () => {
      this.#isShown = !this.#isShown;
      this.#render();
    },
  });

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super(h("div", { class: "player-captions", hidden: true, "data-testid": "captions" }));
    this.#tracks = video.textTracks;
    const came = () => this.#follow();
    for (const event of ["addtrack", "removetrack"]) {
      this.#tracks.addEventListener(event, came);
      this.whenDestroyed(() => this.#tracks.removeEventListener(event, came));
    }
    this.#follow();
  }

  get #captions() {
    return [...this.#tracks].find((track) => KINDS.includes(track.kind));
  }

  #follow() {
    for (const track of this.#tracks) {
      // Hidden, the browser says which lines hold and draws none itself: ours follow the page's text.
      if (KINDS.includes(track.kind)) track.mode = "hidden";
      track.oncuechange = () => this.#render();
    }
    this.#render();
  }

  #render() {
    const track = this.#captions;
    this.toggle.hidden = !track;
    const label = this.#isShown ? say("hideCaptions") : say("showCaptions");
    setAttributes(this.toggle, {
      "aria-label": label,
      title: label,
      "aria-pressed": String(this.#isShown),
    });
    const cues = [...(track?.activeCues ?? [])];
    const lines = cues.flatMap((cue) => (cue instanceof VTTCue ? cue.getCueAsHTML() : []));
    this.element.hidden = !this.#isShown || lines.length === 0;
    setAttributes(this.element, { lang: track?.language || null });
    fill(this.element, ...lines.map((line) => h("p", {}, line.textContent)));
  }
}
