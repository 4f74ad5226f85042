// @ts-check
// Who may write in a code session, for its owner to change.

/** @import { CodeLink } from "../../link/code-link.js" */
/** @import { OpenCode } from "../../model/code.js" */

import { say } from "../../words/code.js";
import { Field, avatar, button, iconButton, showProblem } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";

/**
 * @param {OpenCode} code
 * @param {CodeLink} link
 */
export function openCollaborators(code, link) {
  const people = h("ul", { class: "people" });
  const name = new Field(
    say("addSomebodyByUserName"),
    h("input", {
      autocapitalize: "none",
      spellcheck: "false",
      autocomplete: "off",
      "data-testid": "collaborator-name",
    }),
    {
      hint: say("theyCanTypeInThis"),
      pointer: "/username",
    },
  );
  const add = button(say("add"), {
    kind: "primary",
    type: "submit",
    "data-testid": "collaborator-add",
  });
  const form = h(
    "form",
    { class: "form", novalidate: true },
    name.element,
    h("div", { class: "dialog-actions" }, add),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (name.value.trim() === "") return name.setError(say("whom"));
    add.disabled = true;
    try {
      await link.addCollaborator(name.value.trim());
      name.control.value = "";
    } catch (error) {
      const rest = showProblem(error, [name]);
      if (rest) name.setError(rest);
    }
    add.disabled = false;
  });
  const render = () => {
    const collaborators = code.session?.collaborators ?? [];
    const rows = collaborators.map((user) =>
      h(
        "li",
        {},
        avatar(user),
        h("span", {}, user.username),
        iconButton("close", say("remove", { name: user.username }), {
          onclick: () => void link.removeCollaborator(user.username),
        }),
      ),
    );
    fill(people, ...(rows.length ? rows : [h("li", { class: "soft" }, say("onlyYouCanWriteSo"))]));
  };
  const dialog = openDialog(say("whoMayWrite"), () => [people, form]);
  const unsubscribe = code.subscribe(render);
  dialog.addEventListener("close", unsubscribe);
  render();
}
