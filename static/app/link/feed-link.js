// @ts-check
// One more picture of somebody on stage: their devices and the sending of it, apart from whatever else
// they send.

/** @import { Choices, Publisher } from "../model/publisher.js" */
/** @import { Target } from "./sending-link.js" */

import { CaptureLink } from "./capture-link.js";
import { SendingLink } from "./sending-link.js";

export class FeedLink {
  #publisher;
  #capture;
  #sending;
  #stopped;

  /**
   * @param {Publisher} publisher
   * @param {object} place
   * @param {string} place.key where the chosen devices are remembered
   * @param {() => Target | null} place.target
   * @param {() => void} [place.stopped] the person ended it in the browser, or the stream is over
   */
  constructor(publisher, { key, target, stopped = () => {} }) {
    this.#publisher = publisher;
    this.#stopped = stopped;
    this.#capture = new CaptureLink(publisher, { key, ended: () => this.#ended() });
    this.#sending = new SendingLink(publisher, { target, streamOver: () => this.#ended() });
  }

  get isOn() {
    return this.#publisher.isOnAir;
  }

  /** Look which devices there are, and show the camera if that needs no question. */
  async open() {
    const { source } = this.#publisher.choices;
    await this.#capture.open();
    // Which picture this is was decided by whoever made it, not by what was chosen last time.
    this.#publisher.choose({ source });
    await this.#capture.previewIfAllowed();
  }

  preview() {
    return this.#capture.preview();
  }

  /** Make sure that there is something to send; refuse with the reason. */
  ready() {
    return this.#capture.ready();
  }

  /** @param {Partial<Choices>} choices */
  async choose(choices) {
    this.#publisher.choose(choices);
    await this.#capture.preview();
    if (this.#publisher.state === "live") await this.#sending.sendAnew("quality" in choices);
    this.#apply();
  }

  /** Capture and send; refuse with the reason when nothing can be captured. */
  async start() {
    this.#publisher.setState("preparing");
    try {
      await this.#capture.ready();
    } catch (error) {
      this.#publisher.setState("idle");
      throw error;
    }
    this.#apply();
    await this.#sending.send("connecting");
  }

  /** Stop sending and give the devices back. */
  stop() {
    this.#sending.stop();
    this.#capture.close();
    this.#publisher.setState("idle");
  }

  /** @param {boolean} isOn */
  setMicrophone(isOn) {
    this.#publisher.update({ isMicrophoneOn: isOn });
    this.#apply();
  }

  verify() {
    return this.#sending.verify();
  }

  hangUp() {
    this.#sending.hangUp();
  }

  destroy() {
    this.#sending.hangUp();
    this.#capture.destroy();
  }

  /** A new microphone is as loud as the one before was. */
  #apply() {
    const { media, isMicrophoneOn } = this.#publisher;
    for (const track of media?.getAudioTracks() ?? []) track.enabled = isMicrophoneOn;
  }

  #ended() {
    if (!this.isOn) return;
    this.stop();
    this.#stopped();
  }
}
