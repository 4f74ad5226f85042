// @ts-check
// Style sheets come with the pages that use them, and stay. Each has its place in the head from the
// start, so the order of the cascade is the same whichever way somebody came.

import { Unfetched } from "../../loading.js";

/** @type {Map<HTMLLinkElement, Promise<void>>} */
const loading = new Map();

/**
 * Load what the page at `path` uses and is not there; the promise ends when all of it holds.
 * @param {string} path
 */
export async function sheetsFor(path) {
  const place = path.split("/")[1] || "home";
  const links = /** @type {NodeListOf<HTMLLinkElement>} */ (
    document.head.querySelectorAll(`link[data-for~="${CSS.escape(place)}"][data-href]`)
  );
  await Promise.all([...links].map(load));
}

/**
 * Load one sheet where only part of a page uses it; the promise ends when it holds.
 * @param {string} name
 */
export async function sheet(name) {
  const place = document.head.querySelector(`link[data-href$="/styles/${CSS.escape(name)}.css"]`);
  if (place instanceof HTMLLinkElement) await load(place);
}

/** @param {HTMLLinkElement} link a place without a sheet */
function load(link) {
  const started = loading.get(link);
  if (started) return started;
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    link.onload = () => {
      delete link.dataset.href;
      resolve();
    };
    link.onerror = () => {
      loading.delete(link);
      link.removeAttribute("rel");
      link.removeAttribute("href");
      reject(new Unfetched(`${link.dataset.href} did not load.`));
    };
    link.rel = "stylesheet";
    link.href = link.dataset.href ?? "";
  });
  loading.set(link, loaded);
  return loaded;
}
