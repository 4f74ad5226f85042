// @ts-check
// The second factor: set up with an app, proved with its first code, given up with proof.

/** @import { App } from "../../app" */
/** @import { Own, OwnAccountLink } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { button } from "../kit/controls.js";
import { copyField } from "../kit/clipboard.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { Form, codeField } from "../kit/form.js";
import { View } from "../kit/view.js";
import { proofFields } from "./proof.js";

export class SecondFactorPart extends View {
  #app;
  #own;
  #link;

  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   * @param {OwnAccountLink} link
   */
  constructor(app, own, link) {
    super(h("div", { class: "settings-lines" }));
    this.#app = app;
    this.#own = own;
    this.#link = link;
    this.watch([own], () => {
      const isOn = own.value?.profile.second_factor ?? false;
      fill(this.element, ...(isOn ? this.#on() : this.#off()));
    });
  }

  #off() {
    return [
      h(
        "p",
        { class: "soft" },
        "Signing in asks for a code from an app on your phone too. A stolen password alone is then worth nothing.",
      ),
      button("Set it up", { onclick: () => this.#begin(), "data-testid": "second-factor-begin" }),
    ];
  }

  #on() {
    return [
      h("p", { class: "row" }, h("span", { class: "chip is-good" }, "on"), "Signing in asks for a code."),
      h(
        "div",
        { class: "row" },
        button("New recovery codes", { onclick: () => this.#renew() }),
        button("Switch it off", { kind: "danger", onclick: () => this.#end() }),
      ),
    ];
  }

  #begin() {
    const { rest } = this.#app;
    const { fields, proof } = proofFields(this.#own);
    const body = h("div", { class: "settings-lines" });
    openDialog("Set up your second factor", () => [body]);
    const form = new Form({
      fields,
      action: "Go on",
      send: async () => {
        const { secret, uri } = await rest.own.beginSecondFactor(proof());
        this.#confirm(body, secret, uri);
      },
    });
    body.append(form.element);
    fields[0]?.control.focus();
  }

  /**
   * @param {HTMLElement} body
   * @param {string} secret
   * @param {string} uri
   */
  #confirm(body, secret, uri) {
    const code = codeField("The six digits that the app shows now.");
    const form = new Form({
      fields: [code],
      action: "Switch it on",
      send: async () => {
        const { recovery_codes } = await this.#app.rest.own.confirmSecondFactor(code.value.trim());
        fill(body, ...recoveryCodes(recovery_codes));
        await this.#link.open();
      },
    });
    fill(
      body,
      h("p", {}, "Put this secret into your authenticator app, or open the address on your phone."),
      copyField("Secret", { value: secret }),
      copyField("Address", { value: uri }),
      h("a", { href: uri }, "Open it in an app on this device"),
      form.element,
    );
  }

  #renew() {
    const { fields, proof } = proofFields(this.#own);
    const body = h("div", { class: "settings-lines" });
    const form = new Form({
      fields,
      action: "Make new codes",
      send: async () => {
        const { recovery_codes } = await this.#app.rest.own.renewRecoveryCodes(proof());
        fill(body, ...recoveryCodes(recovery_codes));
      },
    });
    body.append(h("p", { class: "soft" }, "The codes you have now stop working."), form.element);
    openDialog("New recovery codes", () => [body]);
  }

  #end() {
    const { fields, proof } = proofFields(this.#own);
    openDialog("Switch off your second factor", (close) => [
      new Form({
        fields,
        action: "Switch it off",
        kind: "danger",
        send: async () => {
          await this.#app.rest.own.endSecondFactor(proof());
          close();
          await this.#link.open();
        },
      }).element,
    ]);
  }
}

/** @param {string[]} codes */
function recoveryCodes(codes) {
  return [
    h("p", {}, "It is on. Keep these codes somewhere safe: each lets you in once without the app. They are not shown again."),
    h("ul", { class: "recovery-codes mono" }, ...codes.map((code) => h("li", {}, code))),
    copyField("All codes", { value: codes.join(" ") }),
  ];
}
