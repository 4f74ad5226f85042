// @ts-check
// Who is on stage with the streamer, who asks to come, who is invited; and inviting somebody by name.

/** @import { StageLink } from "../../link/stage-link.js" */
/** @import { Toasts } from "../../model/toasts.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { StageGuest } from "../../types-stage" */
/** @import { User } from "../../types" */
/** @import { Rest } from "../../wire/rest.js" */

import { Problem } from "../../wire/problem.js";
import { say } from "../../words/stage.js";
import { Field, avatar, button, personLink, showProblem } from "../kit/controls.js";
import { KeyedList, fill, h, setAttributes, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

/** @typedef {{ guest: StageGuest, isOnAir: boolean }} Row */
/** @typedef {{ admit: (user: User) => void, dismiss: (guest: StageGuest) => void }} RowActions */

const ORDER = ["requested", "accepted", "invited"];

export class StagePeopleView extends View {
  #app;
  #room;
  #link;
  #rows;
  #summary = h("summary", {}, say("stage"));
  #nobody = h("p", { class: "soft" }, say("nobody"));
  #places = h("p", { class: "soft small" });
  #names = h("datalist", { id: `people-${crypto.randomUUID().slice(0, 8)}` });
  #invite;

  /**
   * @param {{ rest: Rest, toasts: Toasts }} app
   * @param {Room} room
   * @param {StageLink} stageLink
   */
  constructor(app, room, stageLink) {
    super(h("details", { class: "fold stage-people", "data-testid": "stage-people" }));
    this.#app = app;
    this.#room = room;
    this.#link = stageLink;
    const list = h("ul", { class: "stage-guests", "aria-label": say("people") });
    const actions = {
      admit: (/** @type {User} */ { username }) => void stageLink.tryAdmit(username),
      dismiss: (/** @type {StageGuest} */ guest) => void this.#dismiss(guest),
    };
    this.#rows = new KeyedList(
      list,
      (/** @type {Row} */ { guest }) => guest.user.id,
      () => new GuestRow(actions),
    );
    this.#invite = new Field(
      say("inviteByName"),
      h("input", {
        list: this.#names.id,
        autocapitalize: "none",
        spellcheck: "false",
        autocomplete: "off",
        "data-testid": "stage-invite-name",
        onfocus: () => void this.#offerNames(),
      }),
      { hint: say("inviteHint"), pointer: "/username" },
    );
    this.element.append(
      this.#summary,
      h(
        "div",
        { class: "fold-body" },
        h("p", { class: "soft small" }, say("upToSix", { all: room.stage.capacity })),
        list,
        this.#nobody,
        this.#places,
        this.#form(),
        this.#names,
      ),
    );
    const told = room.stage.guestTold.listen(({ user, status }) => {
      if (status === "requested") this.#asked(user);
    });
    this.whenDestroyed(told);
    this.watch([room.stage], () => this.#render());
  }

  #form() {
    const send = button(say("invite"), { type: "submit", "data-testid": "stage-invite" });
    const form = h(
      "form",
      { class: "form stage-invite", novalidate: true },
      this.#invite.element,
      send,
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = this.#invite.value.trim();
      if (name === "") return this.#invite.setError(say("whom"));
      send.disabled = true;
      try {
        await this.#link.admit(name);
        this.#invite.control.value = "";
      } catch (error) {
        const rest = showProblem(error, [this.#invite]);
        if (rest) this.#invite.setError(rest);
      }
      send.disabled = false;
    });
    return form;
  }

  #render() {
    const { stage } = this.#room;
    const guests = stage.guests.toSorted(
      (a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.at.localeCompare(b.at),
    );
    const sending = new Set(
      stage.feeds.filter(({ publishing }) => publishing).map(({ user }) => user.id),
    );
    this.#rows.set(guests.map((guest) => ({ guest, isOnAir: sending.has(guest.user.id) })));
    this.#nobody.hidden = guests.length > 0;
    const taken = guests.filter(({ status }) => status === "accepted").length;
    setText(this.#places, say("places", { taken, all: stage.capacity }));
    this.#places.hidden = guests.length === 0;
    const waiting = guests.filter(({ status }) => status === "requested").length;
    setText(this.#summary, waiting ? say("stageWithWaiting", { count: waiting }) : say("stage"));
  }

  /** @param {User} user */
  #asked(user) {
    this.element.setAttribute("open", "");
    this.#app.toasts.note(say("asks", { name: user.username }), {
      label: say("letIn"),
      run: () => void this.#link.tryAdmit(user.username),
    });
  }

  /** Done at once; whoever was on stage can be asked back. @param {StageGuest} guest */
  async #dismiss({ user, status }) {
    if (!(await this.#link.dismiss(user)) || status !== "accepted") return;
    this.#app.toasts.note(say("removed", { name: user.username }), {
      label: say("inviteAgain"),
      run: () => void this.#link.tryAdmit(user.username),
    });
  }

  /** Who is here is who is likely to be invited. */
  async #offerNames() {
    try {
      /** @type {{ items: User[] }} */
      const { items } = await this.#app.rest.send("GET", `/streams/${this.#room.streamId}/people`);
      const others = items.filter(({ id }) => id !== this.#room.stage.ownerId);
      fill(this.#names, ...others.map(({ username }) => h("option", { value: username })));
    } catch (error) {
      // A name can be typed all the same.
      if (!(error instanceof Problem)) throw error;
    }
  }
}

class GuestRow {
  #actions;
  /** @type {StageGuest | null} */
  #guest = null;
  #state = h("span", { class: "soft small" });
  #admit = button(say("letIn"), {
    kind: "primary",
    "data-testid": "stage-admit",
    onclick: () => this.#guest && this.#actions.admit(this.#guest.user),
  });
  #dismiss = button("", {
    kind: "quiet",
    "data-testid": "stage-dismiss",
    onclick: () => this.#guest && this.#actions.dismiss(this.#guest),
  });
  element = h("li", { class: "stage-guest", "data-testid": "stage-guest" });

  /** @param {RowActions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /** @param {Row} row */
  update({ guest, isOnAir }) {
    const { user, status } = guest;
    const name = user.username;
    if (!this.#guest)
      this.element.append(
        avatar(user),
        h("div", { class: "stage-guest-lines" }, personLink(user), this.#state),
        this.#admit,
        this.#dismiss,
      );
    this.#guest = guest;
    this.element.dataset.status = isOnAir ? "live" : status;
    setText(this.#state, say("stateOf", { kind: isOnAir ? "live" : status }));
    this.#admit.hidden = status !== "requested";
    setAttributes(this.#admit, { "aria-label": say("letInWhom", { name }) });
    setText(this.#dismiss.querySelector("span") ?? this.#dismiss, say("dismiss", { kind: status }));
    setAttributes(this.#dismiss, { "aria-label": say("dismissWhom", { kind: status, name }) });
  }
}
