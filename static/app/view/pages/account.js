// @ts-check
// Signing in and signing up: the two forms that let somebody in.

import { Field, button, link, showProblem } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

class AccountForm extends View {
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #submit;
  #fields;
  #send;

  /**
   * @param {{ title: string, action: string, fields: Field[], send: () => Promise<void>, aside: HTMLElement }} form
   */
  constructor({ title, action, fields, send, aside }) {
    super(h("div", { class: "page page-narrow" }));
    this.#fields = fields;
    this.#send = send;
    this.#submit = button(action, {
      kind: "primary",
      type: "submit",
      class: "button primary large",
    });
    this.element.append(
      h("h1", {}, title),
      h(
        "form",
        { class: "form", novalidate: true, onsubmit: this.#submitted },
        ...fields.map((field) => field.element),
        this.#problem,
        this.#submit,
      ),
      aside,
    );
  }

  /** @param {SubmitEvent} event */
  #submitted = async (event) => {
    event.preventDefault();
    const empty = this.#fields.filter((field) => field.value.trim() === "");
    for (const field of empty) field.setError("This is needed.");
    if (empty[0]) return empty[0].control.focus();
    this.#submit.disabled = true;
    this.#setProblem("");
    try {
      await this.#send();
    } catch (error) {
      this.#setProblem(showProblem(error, this.#fields));
    }
    this.#submit.disabled = false;
  };

  /** @param {string} text */
  #setProblem(text) {
    setText(this.#problem, text);
    this.#problem.hidden = text === "";
  }
}

export class SignInPage extends AccountForm {
  title = "Sign in";

  /**
   * @param {(credentials: { login: string, password: string }) => Promise<void>} signIn
   * @param {string} search the address's query, kept for the way back
   */
  constructor(signIn, search) {
    const login = new Field(
      "User name or e-mail",
      h("input", {
        name: "login",
        autocomplete: "username",
        autocapitalize: "none",
        spellcheck: "false",
      }),
      { pointer: "/login" },
    );
    const password = new Field(
      "Password",
      h("input", { name: "password", type: "password", autocomplete: "current-password" }),
      { pointer: "/password" },
    );
    super({
      title: "Sign in",
      action: "Sign in",
      fields: [login, password],
      send: () => signIn({ login: login.value.trim(), password: password.value }),
      aside: h(
        "p",
        { class: "soft" },
        "New here? ",
        link(`/signup${search}`, {}, "Create an account"),
      ),
    });
  }
}

export class SignUpPage extends AccountForm {
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
      }),
      { pointer: "/username", hint: "Everybody sees it: in chat, in the editor, on your streams." },
    );
    const email = new Field(
      "E-mail",
      h("input", { name: "email", type: "email", autocomplete: "email" }),
      {
        pointer: "/email",
        hint: "Nobody sees it.",
      },
    );
    const password = new Field(
      "Password",
      h("input", { name: "password", type: "password", autocomplete: "new-password" }),
      { pointer: "/password", hint: "At least 8 characters; a few words together are good." },
    );
    super({
      title: "Create your account",
      action: "Create account",
      fields: [username, email, password],
      send: () =>
        signUp({
          username: username.value.trim(),
          email: email.value.trim(),
          password: password.value,
        }),
      aside: h(
        "p",
        { class: "soft" },
        "Already have one? ",
        link(`/signin${search}`, {}, "Sign in"),
      ),
    });
  }
}
