// @ts-check
// What others see of one: name, words, skills, and the picture.

/** @import { Own, OwnAccountLink } from "../../link/own-account-link.js" */
/** @import { Loaded } from "../../model/loaded.js" */

import { Problem, sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/settings.js";
import { Field, avatar, button } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { View } from "../kit/view.js";

const PICTURE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PICTURE_MAX_BYTES = 10_000_000;

export class ProfileForm extends View {
  /**
   * @param {Loaded<Own>} own
   * @param {OwnAccountLink} link
   */
  constructor(own, link) {
    super(h("div"));
    const profile = own.value?.profile;
    const name = new Field(
      say("name"),
      h("input", { autocomplete: "name", maxlength: 100, value: profile?.full_name }),
      { pointer: "/full_name", hint: say("shownBesideYourUserName") },
    );
    const bio = new Field(say("aboutYou"), h("textarea", { rows: 4, maxlength: 2_000 }), {
      pointer: "/bio",
    });
    bio.control.value = profile?.bio ?? "";
    const skills = new Field(say("skills"), h("input", { value: profile?.skills.join(", ") }), {
      pointer: "/skills",
      hint: say("withCommasBetweenRustParsers"),
    });
    const form = new Form({
      fields: [name, bio, skills],
      action: say("saveProfile"),
      done: say("saved"),
      testId: "profile-form",
      send: async () => {
        try {
          await link.edit({
            full_name: name.value.trim() || null,
            bio: bio.value.trim() || null,
            skills: skills.value.split(",").map((skill) => skill.trim()).filter(Boolean),
          });
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "precondition-failed") throw error;
          // Take the newer version's tag; what stands in the form stays, for its writer to decide.
          await link.open();
          throw new Problem(
            say("yourProfileWasChangedElsewhere"),
          );
        }
      },
    });
    this.element.append(form.element);
  }
}

export class AvatarForm extends View {
  #link;
  #picture = h("div", { class: "avatar-preview" });
  #state = h("p", { class: "soft small", role: "status" });
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #chooser = h("input", {
    type: "file",
    accept: PICTURE_TYPES.join(","),
    class: "visually-hidden",
    "aria-label": say("chooseAPicture"),
    "data-testid": "avatar-file",
    onchange: () => void this.#chosen(this.#chooser.files?.[0]),
  });
  #choose = button(say("chooseAPicture"), { icon: "camera", onclick: () => this.#chooser.click() });

  /**
   * @param {Loaded<Own>} own
   * @param {OwnAccountLink} link
   */
  constructor(own, link) {
    super(h("div", { class: "avatar-form" }));
    this.#link = link;
    const remove = button(say("remove"), { kind: "quiet", onclick: () => this.#change(link.removeAvatar()) });
    // The button stands for it, so that it looks and is reached like every other.
    this.#chooser.tabIndex = -1;
    this.element.append(
      this.#picture,
      h(
        "div",
        { class: "avatar-actions" },
        h("div", { class: "row" }, this.#choose, remove, this.#chooser),
        h("p", { class: "field-hint" }, say("pngJpegGifOrWebp")),
        this.#state,
        this.#problem,
      ),
    );
    this.watch([own], () => {
      const profile = own.value?.profile;
      if (!profile) return;
      remove.hidden = profile.avatar_url === null;
      fill(this.#picture, profile.avatar_url ? shown(profile.avatar_url) : avatar(profile));
    });
  }

  /** @param {File | undefined} file */
  async #chosen(file) {
    this.#chooser.value = "";
    if (!file) return;
    if (!PICTURE_TYPES.includes(file.type))
      return this.#say(say("thisIsNoPngJpeg"));
    if (file.size > PICTURE_MAX_BYTES) return this.#say(say("thisPictureIsLargerThan"));
    const before = [...this.#picture.childNodes];
    const address = URL.createObjectURL(file);
    fill(this.#picture, shown(address));
    const isDone = await this.#change(this.#link.putAvatar(file));
    if (!isDone) this.#picture.replaceChildren(...before);
    URL.revokeObjectURL(address);
  }

  /** @param {Promise<void>} change */
  async #change(change) {
    this.#say("");
    this.#choose.disabled = true;
    this.#picture.classList.add("is-busy");
    setText(this.#state, say("uploading"));
    const problem = await change.then(() => "", sentenceForPicture);
    setText(this.#state, problem ? "" : say("saved"));
    this.#say(problem);
    this.#choose.disabled = false;
    this.#picture.classList.remove("is-busy");
    return problem === "";
  }

  /** @param {string} problem */
  #say(problem) {
    setText(this.#problem, problem);
    this.#problem.hidden = problem === "";
  }
}

/** @param {unknown} error */
function sentenceForPicture(error) {
  // The server's sentence speaks of bytes and headers, to programs.
  if (error instanceof Problem && error.code === "unsupported-media-type")
    return say("thisFileIsNotThe");
  return sentenceFor(error);
}

/** @param {string} src */
function shown(src) {
  return h("img", { class: "avatar", src, alt: say("yourPicture"), "data-testid": "own-avatar" });
}
