// @ts-check
// The pages that letters lead to: a new password, and the proof of an e-mail address. The token stands
// behind the # of the address, which no server and no log sees.

/** @import { App } from "../../app" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/account.js";
import { Field, emptyState, link, spinner } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { Form, passwordField } from "../kit/form.js";
import { View } from "../kit/view.js";

/**
 * @param {App} app
 * @param {string} which
 */
export function openRecovery(app, which) {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  // It is good once: neither the history nor a shared address is to keep it.
  if (token) history.replaceState(null, "", location.pathname);
  if (which === "verify-email") return new VerifyPage(app, token);
  return token ? new ResetPage(app, token) : new ForgotPage(app);
}

class ForgotPage extends View {
  title = say("forgotYourPasswordTitle");

  /** @param {App} app */
  constructor({ rest }) {
    super(h("div", { class: "page page-narrow" }));
    const login = new Field(
      say("userNameOrEMail"),
      h("input", { autocomplete: "username", autocapitalize: "none", required: true }),
      { pointer: "/login" },
    );
    const form = new Form({
      fields: [login],
      action: say("sendMeALetter"),
      isLarge: true,
      send: async () => {
        await rest.own.forgotPassword(login.value.trim());
        fill(this.element, letterSent());
      },
    });
    this.element.append(
      h("h1", {}, say("forgotYourPassword")),
      h("p", { class: "soft lead-in" }, say("weSendALinkTo")),
      form.element,
      h("p", { class: "soft" }, link("/signin", {}, say("backToSigningIn"))),
    );
  }
}

function letterSent() {
  return emptyState({
    title: say("lookIntoYourMail"),
    text: say("ifThereIsSuchAn"),
    icon: "send",
    action: link("/signin", { class: "button plain" }, say("backToSigningIn")),
  });
}

class ResetPage extends View {
  title = say("newPassword");

  /**
   * @param {App} app
   * @param {string} token
   */
  constructor({ rest, account, toasts, go }, token) {
    super(h("div", { class: "page page-narrow" }));
    const password = passwordField(say("newPassword"), {
      autocomplete: "new-password",
      hint: say("atLeast8CharactersA"),
    });
    const form = new Form({
      fields: [password],
      action: say("setThePassword"),
      isLarge: true,
      send: async () => {
        await rest.own.resetPassword({ token, password: password.value });
        account.forget();
        toasts.note(say("yourPasswordIsChangedSign"));
        go("/signin");
      },
    });
    this.element.append(
      h("h1", {}, say("chooseANewPassword")),
      h("p", { class: "soft lead-in" }, say("everywhereYouAreSignedIn")),
      form.element,
      h("p", { class: "soft" }, link("/reset-password", {}, say("askForAnotherLetter"))),
    );
  }
}

class VerifyPage extends View {
  title = say("yourEMailAddress");

  /**
   * @param {App} app
   * @param {string | null} token
   */
  constructor({ rest, session }, token) {
    super(h("div", { class: "page page-narrow" }));
    const next = session.user
      ? link("/settings", { class: "button plain" }, say("toYourSettings"))
      : link("/signin", { class: "button plain" }, say("signIn"));
    const show = (/** @type {string} */ title, /** @type {string} */ text) =>
      fill(
        this.element,
        h("h1", { class: "visually-hidden" }, this.title),
        emptyState({ title, text, icon: "accept", action: next }),
      );
    if (!token) {
      show(say("thisLinkIsNotWhole"), say("openItFromTheLetter"));
      return;
    }
    fill(this.element, spinner(say("provingYourAddress")));
    rest.own.verifyEmail(token).then(
      () => show(say("yourAddressIsProved"), say("lettersOfThisSiteReach")),
      (error) => show(say("thatDidNotWork"), sentenceFor(error)),
    );
  }
}
