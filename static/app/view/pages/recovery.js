// @ts-check
// The pages that letters lead to: a new password, and the proof of an e-mail address. The token stands
// behind the # of the address, which no server and no log sees.

/** @import { App } from "../../app" */

import { sentenceFor } from "../../wire/problem.js";
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
  title = "Forgot your password";

  /** @param {App} app */
  constructor({ rest }) {
    super(h("div", { class: "page page-narrow" }));
    const login = new Field(
      "User name or e-mail",
      h("input", { autocomplete: "username", autocapitalize: "none", required: true }),
      { pointer: "/login" },
    );
    const form = new Form({
      fields: [login],
      action: "Send me a letter",
      isLarge: true,
      send: async () => {
        await rest.own.forgotPassword(login.value.trim());
        fill(this.element, letterSent());
      },
    });
    this.element.append(
      h("h1", {}, "Forgot your password?"),
      h("p", { class: "soft lead-in" }, "We send a link to your e-mail address. It is good for half an hour."),
      form.element,
      h("p", { class: "soft" }, link("/signin", {}, "Back to signing in")),
    );
  }
}

function letterSent() {
  return emptyState({
    title: "Look into your mail",
    text: "If there is such an account, a letter with a link is on its way to its address.",
    icon: "send",
    action: link("/signin", { class: "button plain" }, "Back to signing in"),
  });
}

class ResetPage extends View {
  title = "New password";

  /**
   * @param {App} app
   * @param {string} token
   */
  constructor({ rest, account, toasts, go }, token) {
    super(h("div", { class: "page page-narrow" }));
    const password = passwordField("New password", {
      autocomplete: "new-password",
      hint: "At least 8 characters; a few words together are good.",
    });
    const form = new Form({
      fields: [password],
      action: "Set the password",
      isLarge: true,
      send: async () => {
        await rest.own.resetPassword({ token, password: password.value });
        account.forget();
        toasts.note("Your password is changed. Sign in with it.");
        go("/signin");
      },
    });
    this.element.append(
      h("h1", {}, "Choose a new password"),
      h("p", { class: "soft lead-in" }, "Everywhere you are signed in, you will be signed out."),
      form.element,
      h("p", { class: "soft" }, link("/reset-password", {}, "Ask for another letter")),
    );
  }
}

class VerifyPage extends View {
  title = "Your e-mail address";

  /**
   * @param {App} app
   * @param {string | null} token
   */
  constructor({ rest, session }, token) {
    super(h("div", { class: "page page-narrow" }));
    const next = session.user
      ? link("/settings", { class: "button plain" }, "To your settings")
      : link("/signin", { class: "button plain" }, "Sign in");
    const show = (/** @type {string} */ title, /** @type {string} */ text) =>
      fill(
        this.element,
        h("h1", { class: "visually-hidden" }, this.title),
        emptyState({ title, text, icon: "accept", action: next }),
      );
    if (!token) {
      show("This link is not whole", "Open it from the letter again.");
      return;
    }
    fill(this.element, spinner("Proving your address"));
    rest.own.verifyEmail(token).then(
      () => show("Your address is proved", "Letters of this site reach you there."),
      (error) => show("That did not work", sentenceFor(error)),
    );
  }
}
