// @ts-check
// Every part of the kit, in the states a page can bring it into.

/** @import { Toasts } from "../../model/toasts.js" */

import { say } from "../../words/design.js";
import { avatar, button, emptyState, Field, iconButton, liveChip, spinner } from "../kit/controls.js";
import { ask, openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";
import { icon, ICON_NAMES } from "../kit/icons.js";
import { actionMenu } from "../kit/menu.js";

/** @param {Toasts} toasts */
export function parts(toasts) {
  return [
    part(say("buttons"), say("onePrimaryButtonAView"), [
      row(
        button(say("save"), { kind: "primary" }),
        button(say("cancel"), {}),
        button(say("showMore"), { kind: "quiet" }),
        button(say("goLive"), { kind: "live", icon: "camera" }),
        button(say("delete"), { kind: "danger" }),
        button(say("wait"), { kind: "primary", disabled: true }),
      ),
      row(
        iconButton("search", say("search"), {}),
        iconButton("bell", say("notifications"), {}),
        iconButton("close", say("close"), {}),
      ),
    ]),
    part(say("fields"), say("theHintStandsBeforeThe"), fields()),
    part(say("onAir"), say("theCaretOfTheWordmark"), [
      row(liveChip(), liveChip(say("liveFor12Min")), h("span", { class: "chip" }, "Python")),
    ]),
    part(say("people"), say("aPictureOrTheFirst"), [
      row(...["ada", "grace", "linus", "yuki"].map((name, i) => avatar({ id: String(i), username: name }))),
    ]),
    part(say("nothingYetAndNotYet"), say("anEmptyPlaceSaysWhat"), [
      emptyState({
        title: say("noSuggestionsYet"),
        text: say("selectSomeLinesToPropose"),
        icon: "suggest",
        action: button(say("showMeHow"), { kind: "quiet" }),
      }),
      spinner(say("loadingTheBoard")),
    ]),
    part(say("overThePage"), say("undoRatherThanConfirmAsk"), [
      row(
        button(say("aNoteWithUndo"), {
          onclick: () => toasts.note(say("thePostIsGone"), { label: say("undo"), run: () => {} }),
        }),
        button(say("anError"), { onclick: () => toasts.error(say("theServerDoesNotAnswer")) }),
        button(say("aDialog"), {
          onclick: () => openDialog(say("aDialog"), () => [h("p", {}, say("escapeClosesIt"))]),
        }),
        button(say("aQuestion"), {
          onclick: () =>
            void ask({
              title: say("deleteTheAccountQuestion"),
              text: say("yourPostsStayWithoutYour"),
              action: say("deleteTheAccount"),
            }),
        }),
        actionMenu(say("more"), () => [
          { label: say("copyTheLink"), run: () => toasts.note(say("copied")) },
          { label: say("delete"), run: () => {}, kind: "danger" },
        ]),
      ),
    ]),
    part(say("icons"), say("drawnOnAGridOf"), [
      h(
        "ul",
        { class: "design-icons" },
        ...ICON_NAMES.map((name) => h("li", {}, icon(name, 22), h("span", { class: "small soft" }, name))),
      ),
    ]),
  ];
}

function fields() {
  const wrong = new Field(say("eMail"), h("input", { type: "email", value: "ada@" }));
  wrong.setError(say("thisIsNotAnE"));
  const chosen = h(
    "select",
    {},
    ...[say("public"), say("unlisted"), say("private")].map((each) => h("option", {}, each)),
  );
  return [
    new Field(say("title"), h("input", { value: say("aRateLimiterFromNothing") }), {
      hint: say("whatPeopleReadBeforeThey"),
    }).element,
    wrong.element,
    new Field(say("whoMayWatch"), chosen).element,
    new Field(say("about"), h("textarea", { rows: 3 }, say("counterWindowBucket"))).element,
  ];
}

/**
 * @param {string} title
 * @param {string} rule when it is used
 * @param {HTMLElement[]} examples
 */
function part(title, rule, examples) {
  return h(
    "section",
    { class: "design-part" },
    h("h3", {}, title),
    h("p", { class: "soft" }, rule),
    h("div", { class: "design-examples" }, ...examples),
  );
}

/** @param {...HTMLElement} children */
function row(...children) {
  return h("div", { class: "row" }, ...children);
}
