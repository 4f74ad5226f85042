// @ts-check
// What proves that it is the owner who asks: the password, and a code where there is a second factor.

/** @import { Own } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { say } from "../../words/settings.js";
import { codeField, passwordField } from "../kit/form.js";

/**
 * The second factor may be switched on and off while a form stands open: the code's field follows.
 * @param {Loaded<Own>} own
 * @param {string} [pointer] what the server calls the password here
 */
export function proofFields(own, pointer = "/password") {
  const password = passwordField(say("yourPassword"), {
    autocomplete: "current-password",
    pointer,
  });
  const code = codeField(say("fromYourAppOrA"));
  const render = () => {
    const isNeeded = own.value?.profile.second_factor ?? false;
    code.element.hidden = !isNeeded;
    code.control.required = isNeeded;
  };
  // For as long as the model: both live as long as the page.
  own.subscribe(render);
  render();
  return {
    fields: [password, code],
    /** What is sent of it. */
    proof: () => ({
      password: password.value,
      ...(code.control.required ? { otp: code.value.trim() } : {}),
    }),
  };
}
