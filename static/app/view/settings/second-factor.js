// @ts-check
// The second factor: set up with an app, proved with its first code, given up with proof.

/** @import { App } from "../../app" */
/** @import { Own, OwnAccountLink } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { say } from "../../words/settings.js";
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
        say("whatItIsFor"),
      ),
      button(say("setItUp"), { onclick: () => this.#begin(), "data-testid": "second-factor-begin" }),
    ];
  }

  #on() {
    return [
      h("p", { class: "row" }, h("span", { class: "chip is-good" }, say("on")), say("signingInAsksForA")),
      h(
        "div",
        { class: "row" },
        button(say("newRecoveryCodes"), { onclick: () => this.#renew() }),
        button(say("switchItOff"), { kind: "danger", onclick: () => this.#end() }),
      ),
    ];
  }

  #begin() {
    const { rest } = this.#app;
    const { fields, proof } = proofFields(this.#own);
    const body = h("div", { class: "settings-lines" });
    openDialog(say("setUpYourSecondFactor"), () => [body]);
    const form = new Form({
      fields,
      action: say("goOn"),
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
    const code = codeField(say("theSixDigitsThatThe"));
    const form = new Form({
      fields: [code],
      action: say("switchItOn"),
      send: async () => {
        const { recovery_codes } = await this.#app.rest.own.confirmSecondFactor(code.value.trim());
        fill(body, ...recoveryCodes(recovery_codes));
        await this.#link.open();
      },
    });
    fill(
      body,
      h("p", {}, say("putThisSecretIntoYour")),
      copyField(say("secret"), { value: secret }),
      copyField(say("address"), { value: uri }),
      h("a", { href: uri }, say("openItInAnApp")),
      form.element,
    );
  }

  #renew() {
    const { fields, proof } = proofFields(this.#own);
    const body = h("div", { class: "settings-lines" });
    const form = new Form({
      fields,
      action: say("makeNewCodes"),
      send: async () => {
        const { recovery_codes } = await this.#app.rest.own.renewRecoveryCodes(proof());
        fill(body, ...recoveryCodes(recovery_codes));
      },
    });
    body.append(h("p", { class: "soft" }, say("theCodesYouHaveNow")), form.element);
    openDialog(say("newRecoveryCodes"), () => [body]);
  }

  #end() {
    const { fields, proof } = proofFields(this.#own);
    openDialog(say("switchOffYourSecondFactor"), (close) => [
      new Form({
        fields,
        action: say("switchItOff"),
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
    h("p", {}, say("itIsOn")),
    h("ul", { class: "recovery-codes mono" }, ...codes.map((code) => h("li", {}, code))),
    copyField(say("allCodes"), { value: codes.join(" ") }),
  ];
}
