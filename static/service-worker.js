// @ts-check
// What works while no page is open, or no server is there: pushed notifications, and the page that
// says that one is offline. It keeps nothing else. Files of the app have their version in their
// address and stay in the browser's own cache; so this worker can be a newer one than an open page
// without ever handing it a file of another version. Answers of the API and media are never kept.

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);

const OFFLINE_PAGE = "/offline";
// The server writes the version into these addresses (server/pages.py).
const OFFLINE_FILES = [
  "/static/styles/tokens.css",
  "/static/styles/base.css",
  "/static/styles/controls.css",
  "/static/styles/shell.css",
  "/static/styles/offline.css",
  "/static/app/theme-at-once.js",
  "/static/app/offline.js",
];
const CACHE = `offline ${OFFLINE_FILES[0]?.split("/")[2] ?? ""}`;
const WORDS = "words";
const ICON = "/static/icons/icon-192.png";

/**
 * @typedef {object} Pushed
 * @property {string} type
 * @property {string | null} kind
 * @property {string[]} actors
 * @property {number} actors_count
 * @property {string} about
 * @property {string} path
 * @property {string} tag
 * @property {string} created_at
 */

worker.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder());
});

worker.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  event.respondWith(visited(event));
});

worker.addEventListener("push", (event) => {
  event.waitUntil(show(/** @type {Pushed} */ (event.data?.json())));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data)));
});

async function keepOfflinePage() {
  const cache = await caches.open(CACHE);
  await cache.addAll([OFFLINE_PAGE, ...OFFLINE_FILES]);
  await worker.skipWaiting();
}

async function forgetOlder() {
  await worker.registration.navigationPreload?.enable();
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name !== CACHE && name !== WORDS).map((name) => caches.delete(name)),
  );
}

/**
 * The page from the server; without one, the page that says so.
 * @param {FetchEvent} event
 * @returns {Promise<Response>}
 */
async function visited(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const offline = await caches.match(OFFLINE_PAGE);
    if (!offline) throw error;
    return offline;
  }
}

/** @param {Pushed} pushed */
async function show(pushed) {
  const pages = await worker.clients.matchAll({ type: "window" });
  // It stands in the bell there, and is said aloud.
  if (pages.some((page) => page.visibilityState === "visible")) return;
  const words = await readWords();
  /** @type {NotificationOptions & { timestamp: number }} */
  const shown = {
    body: sentence(pushed, words),
    tag: pushed.tag,
    data: pushed.path,
    icon: ICON,
    badge: ICON,
    timestamp: Date.parse(pushed.created_at),
  };
  await worker.registration.showNotification("Vibecast", shown);
}

/**
 * What the page left here in its language when it subscribed.
 * @returns {Promise<Record<string, string>>}
 */
async function readWords() {
  const kept = await (await caches.open(WORDS)).match("/words");
  return kept ? kept.json() : {};
}

/**
 * @param {Pushed} pushed
 * @param {Record<string, string>} words
 */
function sentence({ type, kind, actors, actors_count, about }, words) {
  const others = actors_count > 1 ? "Several" : "";
  const said = words[`${type}${others}`] ?? words[type] ?? words["other"] ?? "";
  const named = { who: actors[0] ?? "", count: String(actors_count - 1), thing: words[`thing_${kind}`] ?? "" };
  const text = said.replace(/{(\w+)}/g, (_, /** @type {"who"} */ name) => named[name] ?? "");
  return about ? `${text}\n${about}` : text;
}

/** @param {string} path */
async function open(path) {
  const address = new URL(path, worker.location.origin);
  if (address.origin !== worker.location.origin) return;
  for (const page of await worker.clients.matchAll({ type: "window" })) {
    // Not a page that is on air, or where somebody writes.
    if (new URL(page.url).pathname === address.pathname) return page.focus();
  }
  await worker.clients.openWindow(address.href);
}
