// @ts-check
// The ways in: e-mail address, password, and the end of the account.

/** @import { App } from "../../app" */
/** @import { Own } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { sentenceFor } from "../../wire/problem.js";
import { Field, button } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { openDialog } from "../kit/dialog.js";
import { Form, passwordField } from "../kit/form.js";
import { View } from "../kit/view.js";
import { proofFields } from "./proof.js";

export class EmailPart extends View {
  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   */
  constructor({ rest, toasts }, own) {
    super(h("div", { class: "settings-lines" }));
    const line = h("p", { class: "row" });
    const again = button("Send the letter again", {
      class: "button plain small-button",
      onclick: async () => {
        again.disabled = true;
        const said = await rest.own
          .sendVerificationAgain()
          .then(() => "The letter is on its way.", sentenceFor);
        toasts.note(said);
        again.disabled = false;
      },
    });
    const email = new Field(
      "New address",
      h("input", { type: "email", autocomplete: "email", required: true }),
      { pointer: "/email", hint: "It becomes yours when you follow the link in the letter." },
    );
    const { fields, proof } = proofFields(own);
    const form = new Form({
      fields: [email, ...fields],
      action: "Change address",
      done: "A letter is on its way there.",
      isEmptied: true,
      send: () => rest.own.changeEmail({ email: email.value.trim(), ...proof() }),
    });
    this.element.append(line, fold("Change the address", form.element));
    this.watch([own], () => {
      const profile = own.value?.profile;
      if (!profile) return;
      const state = profile.email_verified
        ? h("span", { class: "chip is-good" }, "proved")
        : h("span", { class: "chip is-warning" }, "not proved yet");
      fill(line, h("strong", {}, profile.email), state, !profile.email_verified && again);
    });
  }
}

export class PasswordPart extends View {
  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   */
  constructor({ account }, own) {
    super(h("div"));
    const { fields, proof } = proofFields(own, "/current_password");
    const wanted = passwordField("New password", {
      autocomplete: "new-password",
      hint: "At least 8 characters. Everywhere else you are signed out.",
    });
    const form = new Form({
      fields: [...fields, wanted],
      action: "Change password",
      done: "Changed. Every other session has ended.",
      isEmptied: true,
      testId: "password-form",
      send: () => {
        const { password: current_password, ...code } = proof();
        return account.changePassword({ current_password, password: wanted.value, ...code });
      },
    });
    this.element.append(form.element);
  }
}

export class EndPart extends View {
  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   */
  constructor(app, own) {
    super(h("div", { class: "settings-lines" }));
    this.element.append(
      h(
        "p",
        { class: "soft" },
        "Your name, address, picture, sessions and secrets are deleted at once, and your live streams end. This cannot be undone.",
      ),
      button("Delete my account…", { kind: "danger", onclick: () => openEnd(app, own) }),
    );
  }
}

/**
 * @param {App} app
 * @param {Loaded<Own>} own
 */
function openEnd({ rest, account, toasts, go }, own) {
  const { fields, proof } = proofFields(own);
  const content = new Field(
    "What you wrote",
    h(
      "select",
      {},
      h("option", { value: "keep" }, "Keep it, without my name"),
      h("option", { value: "delete" }, "Delete it too"),
    ),
    { pointer: "/content" },
  );
  openDialog("Delete your account", (close) => [
    new Form({
      fields: [content, ...fields],
      action: "Delete my account for good",
      kind: "danger",
      send: async () => {
        const choice = content.value === "delete" ? "delete" : "keep";
        await rest.own.deleteAccount({ ...proof(), content: choice });
        close();
        account.forget();
        toasts.note("Your account is deleted. Farewell.");
        go("/");
      },
    }).element,
  ]);
}

/**
 * @param {string} label
 * @param {HTMLElement} body
 */
function fold(label, body) {
  return h(
    "details",
    { class: "fold" },
    h("summary", {}, label),
    h("div", { class: "fold-body" }, body),
  );
}
