// @ts-check
// The service worker (static/service-worker.js) as the page sees it: registered, subscribed to push.

const ADDRESS = "/service-worker.js";
/** Where the worker finds its words; the same name stands there. */
const WORDS_CACHE = "words";
const WORDS_ADDRESS = "/words";

/** @type {{ createPolicy(name: string, rules: object): { createScriptURL(text: string): string } } | undefined} */
const trustedTypes = Reflect.get(window, "trustedTypes");
/** Lets one address through. A name is taken once a page, so it is made with the module. */
const policy = trustedTypes?.createPolicy("service-worker", {
  createScriptURL: (/** @type {string} */ wanted) => {
    if (wanted !== ADDRESS) throw new TypeError("no such worker");
    return wanted;
  },
});

/** Tell whether this browser can do any of it here: it wants https, or this machine. */
export function canWork() {
  return "serviceWorker" in navigator && window.isSecureContext;
}

/** Tell whether this browser can be pushed to. */
export function canBePushedTo() {
  return canWork() && "PushManager" in window && "Notification" in window;
}

/** Have the worker installed, or renewed. A browser that forbids it goes on without. */
export async function register() {
  if (!canWork()) return;
  try {
    const address = policy?.createScriptURL(ADDRESS) ?? ADDRESS;
    await navigator.serviceWorker.register(address, { updateViaCache: "none" });
  } catch (error) {
    // Blocked by the person (no storage for sites), or the server is away: nothing here needs it.
    if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
  }
}

/** @returns {Promise<PushSubscription | null>} */
export async function currentSubscription() {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/**
 * Have the browser's push service give this browser an address. Rejects with a DOMException.
 * @param {string} publicKey of the site, base64url
 */
export async function subscribe(publicKey) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const key = fromBase64(publicKey);
  const before = await pushManager.getSubscription();
  // One that was made for another key can only be ended.
  if (before && !isSame(before.options.applicationServerKey, key)) await before.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/**
 * Leave the worker the words it shows, in the language that is spoken here.
 * @param {Record<string, string>} words
 */
export async function leaveWords(words) {
  const cache = await caches.open(WORDS_CACHE);
  await cache.put(WORDS_ADDRESS, Response.json(words));
}

/** @param {string} text */
function fromBase64(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | null} one
 * @param {Uint8Array} other
 */
function isSame(one, other) {
  const bytes = new Uint8Array(one ?? new ArrayBuffer(0));
  return bytes.length === other.length && bytes.every((byte, index) => byte === other[index]);
}
