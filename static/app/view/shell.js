// @ts-check
// What stands around every page: the wordmark, the ways in, the theme, the toasts.

/** @import { Session } from "../model/session.js" */
/** @import { Theme } from "../model/theme.js" */
/** @import { Toasts } from "../model/toasts.js" */

import { say } from "../words/site.js";
import { avatar, button, link } from "./kit/controls.js";
import { fill, h } from "./kit/dom.js";
import { icon } from "./kit/icons.js";
import { OfflineNote } from "./kit/offline-note.js";
import { View } from "./kit/view.js";
import { lookMenu } from "./look-menu.js";
import { ToastList } from "./toasts.js";

/** Where one can go from everywhere; on a phone they stand at the bottom. */
const PLACES = /** @type {const} */ ([
  { path: "/", label: say("home"), icon: "home" },
  { path: "/posts", label: say("posts"), icon: "posts" },
  { path: "/videos", label: say("videos"), icon: "video" },
  { path: "/challenges", label: say("challenges"), icon: "flag" },
  { path: "/leaderboards", label: say("leaderboards"), icon: "numbers" },
]);

export class Shell extends View {
  #account = h("div", { class: "header-account" });
  /** The search and the bell: they are fed from outside. */
  tools = h("div", { class: "header-tools" });
  page = h("main", { id: "page", tabindex: "-1" });

  /**
   * @param {{ session: Session, theme: Theme, toasts: Toasts }} models
   * @param {{ signOut: () => void, showShortcuts: () => void }} actions
   */
  constructor({ session, theme, toasts }, actions) {
    super(h("div", { class: "shell" }));
    this.element.append(
      h(
        "header",
        { class: "header" },
        link(
          "/",
          { class: "wordmark", "aria-label": say("vibecastHome") },
          "vibecast",
          h("span", { class: "caret" }),
        ),
        h(
          "nav",
          { class: "header-nav", "aria-label": say("mainNavigation") },
          ...PLACES.map(({ path, label, icon: name }) =>
            link(path, { "data-nav": path }, icon(name, 20), h("span", {}, label)),
          ),
        ),
        this.tools,
        lookMenu(this, theme),
        this.#account,
      ),
      this.own(new OfflineNote()).element,
      this.page,
      this.own(new ToastList(toasts)).element,
    );
    this.watch([session], () => this.#renderAccount(session, actions));
  }

  /** Take the place of what stands there until the first page is made (index.html). */
  show() {
    if (!this.element.isConnected) document.getElementById("app")?.replaceChildren(this.element);
  }

  /** @param {string} path */
  setPath(path) {
    // The room and the studio need the whole of a phone.
    this.element.classList.toggle("is-immersed", /^\/(streams\/|studio)/.test(path));
    const place = `/${path.split("/")[1]}`;
    for (const item of this.element.querySelectorAll("[data-nav]")) {
      const isHere = item.getAttribute("data-nav") === place;
      if (isHere) item.setAttribute("aria-current", "page");
      else item.removeAttribute("aria-current");
    }
  }

  /**
   * @param {Session} session
   * @param {{ signOut: () => void, showShortcuts: () => void }} actions
   */
  #renderAccount(session, { signOut, showShortcuts }) {
    const { state, user } = session;
    if (state === "loading") return fill(this.#account);
    if (!user) {
      return fill(
        this.#account,
        link("/signin", { class: "button quiet" }, say("signIn")),
        link("/signup", { class: "button primary" }, say("signUp")),
      );
    }
    fill(
      this.#account,
      link("/studio", { class: "button plain", "data-testid": "open-studio" }, say("studio")),
      h(
        "details",
        { class: "menu", onfocusout: closeWhenLeft },
        h("summary", { "aria-label": say("accountOf", { name: user.username }) }, avatar(user)),
        h(
          "div",
          { class: "menu-sheet" },
          h(
            "p",
            { class: "menu-name" },
            user.username,
            h("span", { class: "soft small" }, user.email),
          ),
          h(
            "nav",
            { class: "menu-links", "aria-label": say("yourPages") },
            link(`/users/${user.username}`, { class: "button quiet" }, say("yourPage")),
            link("/upload", { class: "button quiet" }, say("uploadAVideo")),
            link("/settings", { class: "button quiet" }, say("settings")),
            session.isModerator &&
              link("/moderation", { class: "button quiet" }, say("moderation")),
            user.role === "admin" && link("/admin", { class: "button quiet" }, say("admin")),
          ),
          button(say("shortcuts"), {
            kind: "quiet",
            onclick: showShortcuts,
            "data-testid": "show-shortcuts",
          }),
          button(say("signOut"), { kind: "quiet", onclick: signOut, "data-testid": "sign-out" }),
        ),
      ),
    );
  }
}

/** @param {FocusEvent} event */
function closeWhenLeft(event) {
  const menu = /** @type {HTMLDetailsElement} */ (event.currentTarget);
  if (event.relatedTarget instanceof Node && menu.contains(event.relatedTarget)) return;
  // A click inside the sheet on nothing focusable has no related target; it must not close it.
  if (event.relatedTarget) menu.open = false;
}
