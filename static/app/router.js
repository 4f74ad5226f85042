// @ts-check
// One view per address. Links inside the app change the view without loading the page again.

/** @import { Shell } from "./view/shell.js" */
/** @import { View } from "./view/kit/view.js" */

/** @typedef {View & { title: string }} Page */

/**
 * @typedef {object} Route
 * @property {RegExp} path its first group is the page's id
 * @property {(id: string, search: string) => Page | Promise<Page>} open
 * @property {boolean} [needsAccount]
 */

export class Router {
  #shell;
  #routes;
  /** @type {Page | null} */
  #page = null;
  /** Only the newest of several pages being opened is shown. */
  #turn = 0;
  /** @type {() => boolean} */
  #isSignedIn = () => false;
  /** @type {(() => Page) | null} */
  #missing = null;

  /**
   * @param {Shell} shell
   * @param {Route[]} routes
   */
  constructor(shell, routes) {
    this.#shell = shell;
    this.#routes = routes;
  }

  /** @param {{ isSignedIn: () => boolean, missing: () => Page }} rules */
  start({ isSignedIn, missing }) {
    this.#isSignedIn = isSignedIn;
    this.#missing = missing;
    window.addEventListener("popstate", () => void this.#show());
    document.addEventListener("click", (event) => this.#clicked(event));
    void this.#show();
  }

  /**
   * @param {string} path
   * @param {{ replace?: boolean }} [how] `replace`: in place of the page that is shown, as if it had not been
   */
  go(path, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", path);
    else history.pushState(null, "", path);
    window.scrollTo(0, 0);
    void this.#show().then(() => this.#shell.page.focus({ preventScroll: true }));
  }

  /** @returns {Promise<void>} */
  async #show() {
    const turn = ++this.#turn;
    const { pathname, search } = window.location;
    const route = this.#routes.find(({ path }) => path.test(pathname));
    if (route?.needsAccount && !this.#isSignedIn()) {
      history.replaceState(null, "", `/signin?next=${encodeURIComponent(pathname)}`);
      return this.#show();
    }
    const id = decoded(route?.path.exec(pathname)?.[1] ?? "");
    const page = route ? await route.open(id, search) : this.#missing?.();
    if (!page) return;
    if (turn !== this.#turn) return page.destroy();
    this.#page?.destroy();
    this.#page = page;
    document.title = `${page.title} · Vibecast`;
    this.#shell.setPath(pathname);
    this.#shell.page.append(page.element);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const target = event.target instanceof Element ? event.target.closest("a") : null;
    if (
      !target ||
      !isPlain ||
      event.defaultPrevented ||
      target.target ||
      target.hasAttribute("download") ||
      target.origin !== location.origin
    )
      return;
    if (target.hash && target.pathname === location.pathname) return;
    event.preventDefault();
    this.go(target.pathname + target.search + target.hash);
  }
}

/** @param {string} part of an address, which anybody can write */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Where somebody wanted to go before being asked to sign in; never another site.
 * @param {string} search
 */
export function pathAfterSignIn(search) {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/[a-z0-9]/i.test(next) ? next : "/";
}
