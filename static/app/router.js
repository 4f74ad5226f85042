// @ts-check
// One view per address. Links inside the app change the view without loading the page again.

/** @import { Shell } from "./view/shell.js" */
/** @import { View } from "./view/kit/view.js" */

import { isReachable, isUnfetched, reachable } from "./loading.js";
import { sheetsFor } from "./view/kit/sheet.js";
import { UnloadedPage } from "./view/pages/unloaded.js";

/** Once is enough: what is still missing then is not missing because the app is an old one. */
const LOAD_AFRESH_EVERY_MS = 30_000;
const LOADED_AFRESH_AT = "loaded-afresh-at";

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
    const page = await this.#open(turn, route, id, search);
    if (!page) return;
    if (turn !== this.#turn) return page.destroy();
    this.#page?.destroy();
    this.#page = page;
    document.title = `${page.title} · Vibecast`;
    this.#shell.setPath(pathname);
    this.#shell.page.append(page.element);
    this.#shell.show();
  }

  /**
   * What a page is made of comes with the version of the app that is open. A server that has a newer
   * one no longer has it, and never answers with a file of another version: then this address is
   * loaded afresh, and the whole app with it.
   * @param {number} turn
   * @param {Route | undefined} route
   * @param {string} id
   * @param {string} search
   * @returns {Promise<Page | null>} null while the address is loaded afresh, or another is wanted
   */
  async #open(turn, route, id, search) {
    const opening = route ? route.open(id, search) : (this.#missing?.() ?? null);
    const [page, sheets] = await Promise.allSettled([
      opening,
      sheetsFor(window.location.pathname),
    ]);
    if (page.status === "rejected") {
      if (!isUnfetched(page.reason)) throw page.reason;
    } else if (sheets.status === "rejected") {
      page.value?.destroy();
    } else {
      return page.value;
    }
    const isThere = await isReachable();
    if (turn !== this.#turn || (isThere && loadAfresh())) return null;
    return isThere ? new UnloadedPage(() => location.reload()) : this.#waiting();
  }

  /** What is wanted comes when the server is there again. */
  #waiting() {
    const page = new UnloadedPage(() => void this.#show());
    void reachable(page.left).then(() => this.#show());
    return page;
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

/** @returns {boolean} whether this page is on its way out */
function loadAfresh() {
  const before = Number(sessionStorage.getItem(LOADED_AFRESH_AT) ?? 0);
  if (Date.now() - before < LOAD_AFRESH_EVERY_MS) return false;
  sessionStorage.setItem(LOADED_AFRESH_AT, String(Date.now()));
  window.location.reload();
  return true;
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
