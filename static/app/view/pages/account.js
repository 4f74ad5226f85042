// @ts-check
// Signing in, in one step or two, and signing up: the forms that let somebody in.

/** @import { App } from "../../app" */

import { Problem } from "../../wire/problem.js";
import { say, sayWith } from "../../words/account.js";
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
  title = say("signIn");
  #actions;
  #login = new Field(
    say("userNameOrEMail"),
    h("input", {
      name: "login",
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
      required: true,
    }),
    { pointer: "/login" },
  );
  #password = passwordField(say("password"), { autocomplete: "current-password" });

  /**
   * @param {{ signIn: (credentials: Credentials) => Promise<void>, secondStep: (proof: { challenge: string, otp: string }) => Promise<void> }} actions
   * @param {string} search the address's query, kept for the way back
   */
  constructor(actions, search) {
    super(h("div", { class: "page page-narrow" }));
    this.#actions = actions;
    const form = new Form({
      fields: [this.#login, this.#password],
      action: say("signIn"),
      isLarge: true,
      send: () => this.#signIn(),
    });
    this.element.append(
      h("h1", {}, say("signIn")),
      form.element,
      h("p", { class: "soft" }, ...sayWith("newHere", { link: link(`/signup${search}`, {}, say("createAnAccount")) })),
      h("p", { class: "soft" }, link("/reset-password", {}, say("forgotYourPassword"))),
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
    const code = codeField(say("sixDigitsFromYourApp"));
    const form = new Form({
      fields: [code],
      action: say("goOn"),
      isLarge: true,
      send: () => this.#actions.secondStep({ challenge, otp: code.value.trim() }),
      testId: "second-step",
    });
    fill(
      this.element,
      h("h1", {}, say("yourSecondFactor")),
      form.element,
      h("p", { class: "soft" }, link("/signin", {}, say("beginAgain"))),
    );
    code.control.focus();
  }
}

export class SignUpPage extends View {
  title = say("signUp");

  /**
   * @param {(account: { username: string, email: string, password: string }) => Promise<void>} signUp
   * @param {string} search
   */
  constructor(signUp, search) {
    const username = new Field(
      say("userName"),
      h("input", {
        name: "username",
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: "false",
        required: true,
      }),
      { pointer: "/username", hint: say("everybodySeesItInChat") },
    );
    const email = new Field(
      say("eMail"),
      h("input", { name: "email", type: "email", autocomplete: "email", required: true }),
      {
        pointer: "/email",
        hint: say("nobodySeesIt"),
      },
    );
    const password = passwordField(say("password"), {
      autocomplete: "new-password",
      hint: say("atLeast8CharactersA"),
    });
    const form = new Form({
      fields: [username, email, password],
      action: say("createAccount"),
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
      h("h1", {}, say("createYourAccount")),
      form.element,
      h("p", { class: "soft" }, ...sayWith("alreadyHaveOne", { link: link(`/signin${search}`, {}, say("signIn")) })),
    );
  }
}
