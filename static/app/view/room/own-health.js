// @ts-check
// How a guest's own picture arrives at the server, as a streamer sees theirs: there while it is sent, and
// fetched only then.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { StreamHealth } from "../../types" */
/** @import { Rest } from "../../wire/rest.js" */

import { HealthLink } from "../../link/health-link.js";
import { Loaded } from "../../model/loaded.js";
import { View } from "../kit/view.js";
import { HealthView } from "../studio/health.js";

export class OwnHealth extends View {
  /**
   * @param {Rest} rest
   * @param {string} streamId
   * @param {Publisher} camera
   */
  constructor(rest, streamId, camera) {
    /** @type {Loaded<StreamHealth>} */
    const health = new Loaded();
    const shown = new HealthView(health);
    super(shown.element);
    this.element.classList.add("own-health");
    this.element.dataset.testid = "own-health";
    this.own(shown);
    const link = this.own(new HealthLink(rest, health, streamId));
    this.watch([camera], () => link.follow(camera.state === "live"));
  }
}
