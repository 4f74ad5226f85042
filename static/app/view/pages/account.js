// @ts-check
// Signing in, in one step or two, and signing up: the forms that let somebody in.

/** @import { App } from "../../app" */

import { Problem } from "../../wire/problem.js";
import { Field, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { Form, codeField, passwordField } from "../kit/form.js";
import { View } from "../kit/view.js";

/** @typedef {{ login: string, password: string }} Credentials */

/**
 * @param {App} app
 * @param {string} path where to go afterwards
 * @param {string} search the address's query, kept for the way back
 */
export function openSignIn(app, path, search) {
  return new SignInPage(
    {
      signIn: async (credentials) => {
        await app.account.signIn(credentials);
        app.go(path);
      },
      secondStep: async (proof) => {
        await app.account.signInSecondStep(proof);
        app.go(path);
      },
    },
    search,
  );
}

/**
 * @param {App} app
 * @param {string} path where to go afterwards
 * @param {string} search the address's query, kept for the way back
 */
export function openSignUp(app, path, search) {
  return new SignUpPage(async (wanted) => {
    await app.account.signUp(wanted);
    app.go(path);
  }, search);
}

export class SignInPage extends View {
  title = "Sign in";
  #actions;
  #login = new Field(
    "User name or e-mail",
    h("input", {
      name: "login",
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
      required: true,
    }),
    { pointer: "/login" },
  );
  #password = passwordField("Password", { autocomplete: "current-password" });

  /**
   * @param {{ signIn: (credentials: Credentials) => Promise<void>, secondStep: (proof: { challenge: string, otp: string }) => Promise<void> }} actions
   * @param {string} search the address's query, kept for the way back
   */
  constructor(actions, search) {
    super(h("div", { class: "page page-narrow" }));
    this.#actions = actions;
    const form = new Form({
      fields: [this.#login, this.#password],
      action: "Sign in",
      isLarge: true,
      send: () => this.#signIn(),
    });
    this.element.append(
      h("h1", {}, "Sign in"),
      form.element,
      h("p", { class: "soft" }, "New here? ", link(`/signup${search}`, {}, "Create an account")),
      h("p", { class: "soft" }, link("/reset-password", {}, "Forgot your password?")),
    );
  }

  async #signIn() {
    try {
      await this.#actions.signIn({
        login: this.#login.value.trim(),
        password: this.#password.value,
      });
    } catch (error) {
      if (!(error instanceof Problem) || !error.challenge) throw error;
      this.#askForCode(error.challenge);
    }
  }

  /** @param {string} challenge */
  #askForCode(challenge) {
    const code = codeField("Six digits from your app, or one of your recovery codes.");
    const form = new Form({
      fields: [code],
      action: "Go on",
      isLarge: true,
      send: () => this.#actions.secondStep({ challenge, otp: code.value.trim() }),
      testId: "second-step",
    });
    fill(
      this.element,
      h("h1", {}, "Your second factor"),
      form.element,
      h("p", { class: "soft" }, link("/signin", {}, "Begin again")),
    );
    code.control.focus();
  }
}

export class SignUpPage extends View {
  title = "Sign up";

  /**
   * @param {(account: { username: string, email: string, password: string }) => Promise<void>} signUp
   * @param {string} search
   */
  constructor(signUp, search) {
    const username = new Field(
      "User name",
      h("input", {
        name: "username",
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: "false",
        required: true,
      }),
      { pointer: "/username", hint: "Everybody sees it: in chat, in the editor, on your streams." },
    );
    const email = new Field(
      "E-mail",
      h("input", { name: "email", type: "email", autocomplete: "email", required: true }),
      {
        pointer: "/email",
        hint: "Nobody sees it.",
      },
    );
    const password = passwordField("Password", {
      autocomplete: "new-password",
      hint: "At least 8 characters; a few words together are good.",
    });
    const form = new Form({
      fields: [username, email, password],
      action: "Create account",
      isLarge: true,
      send: () =>
        signUp({
          username: username.value.trim(),
          email: email.value.trim(),
          password: password.value,
        }),
    });
    super(h("div", { class: "page page-narrow" }));
    this.element.append(
      h("h1", {}, "Create your account"),
      form.element,
      h("p", { class: "soft" }, "Already have one? ", link(`/signin${search}`, {}, "Sign in")),
    );
  }
}
