// @ts-check
// The ways in: e-mail address, password, and the end of the account.

/** @import { App } from "../../app" */
/** @import { Own } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/settings.js";
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
    const again = button(say("sendTheLetterAgain"), {
      class: "button plain small-button",
      onclick: async () => {
        again.disabled = true;
        const said = await rest.own
          .sendVerificationAgain()
          .then(() => say("theLetterIsOnIts"), sentenceFor);
        toasts.note(said);
        again.disabled = false;
      },
    });
    const email = new Field(
      say("newAddress"),
      h("input", { type: "email", autocomplete: "email", required: true }),
      { pointer: "/email", hint: say("itBecomesYoursWhenYou") },
    );
    const { fields, proof } = proofFields(own);
    const form = new Form({
      fields: [email, ...fields],
      action: say("changeAddress"),
      done: say("aLetterIsOnIts"),
      isEmptied: true,
      send: () => rest.own.changeEmail({ email: email.value.trim(), ...proof() }),
    });
    this.element.append(line, fold(say("changeTheAddress"), form.element));
    this.watch([own], () => {
      const profile = own.value?.profile;
      if (!profile) return;
      const state = profile.email_verified
        ? h("span", { class: "chip is-good" }, say("proved"))
        : h("span", { class: "chip is-warning" }, say("notProvedYet"));
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
    const wanted = passwordField(say("newPassword"), {
      autocomplete: "new-password",
      hint: say("atLeast8CharactersEverywhere"),
    });
    const form = new Form({
      fields: [...fields, wanted],
      action: say("changePassword"),
      done: say("changedEveryOtherSessionHas"),
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
      h("p", { class: "soft" }, say("whatGoes")),
      button(say("deleteMyAccount"), { kind: "danger", onclick: () => openEnd(app, own) }),
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
    say("whatYouWrote"),
    h(
      "select",
      {},
      h("option", { value: "keep" }, say("keepItWithoutMyName")),
      h("option", { value: "delete" }, say("deleteItToo")),
    ),
    { pointer: "/content" },
  );
  openDialog(say("deleteYourAccount"), (close) => [
    h("p", { class: "soft" }, say("whatGoes")),
    new Form({
      fields: [content, ...fields],
      action: say("deleteMyAccountForGood"),
      kind: "danger",
      send: async () => {
        const choice = content.value === "delete" ? "delete" : "keep";
        await rest.own.deleteAccount({ ...proof(), content: choice });
        close();
        account.forget();
        toasts.note(say("yourAccountIsDeletedFarewell"));
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
