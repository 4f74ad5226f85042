// @ts-check
// What stands where something could not be had: because it did not come, because it is somebody
// else's, or because nobody is signed in any more. What did not come is asked for again by itself once
// the computer is connected again.

/** @import { Failure } from "../../wire/problem.js" */
/** @import { View } from "./view.js" */

import { say } from "../../words/site.js";
import { button, emptyState, link } from "./controls.js";

/**
 * @typedef {object} Failed
 * @property {Failure} why
 * @property {string} problem the server's sentence
 * @property {string} [title] when it did not come
 * @property {() => void} again
 */

/** @param {Failed} failed */
export function failureState({ why, problem, title = say("thisCouldNotBeLoaded"), again }) {
  if (why === "forbidden")
    return emptyState({
      title: say("notForYou"),
      text: problem,
      icon: "shield",
      action: link("/", { class: "button plain" }, say("toHome")),
    });
  if (why === "signed-out")
    return emptyState({
      title: say("signedOut"),
      text: say("signedOutHint"),
      icon: "user",
      action: link(pathToSignIn(), { class: "button primary" }, say("signIn")),
    });
  const retry = button(say("tryAgain"), { icon: "rotate", onclick: again });
  return emptyState({ title, text: problem, icon: "alert", action: retry });
}

/**
 * @param {View} view
 * @param {() => boolean} hasFailed
 * @param {() => void} again
 */
export function askAgainWhenOnline(view, hasFailed, again) {
  const online = () => hasFailed() && again();
  window.addEventListener("online", online);
  view.whenDestroyed(() => window.removeEventListener("online", online));
}

function pathToSignIn() {
  const { pathname, search } = window.location;
  return `/signin?next=${encodeURIComponent(pathname + search)}`;
}
