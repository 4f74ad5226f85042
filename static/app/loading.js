// @ts-check
// Parts of the app that are fetched when they are needed. A line that is away is waited for: browsers
// fetch a part again that they could not fetch before, and what was asked for comes then. Knows no words,
// because words are fetched too.

/** What a part that could not be fetched is refused with, if a browser does not do it. */
export class Unfetched extends Error {}

/**
 * What has to be said while a part is waited for: the server cannot be reached, or it can and does not have
 * the part any more, because it has a newer version of the app.
 * @typedef {"away" | "outdated"} Wait
 */

const LOOK_TIMEOUT_MS = 4_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;
/** In one failed fetch from a server that is there, it may just have come back. */
const OUTDATED_AFTER = 2;

/** @type {Set<(wait: Wait) => void>} */
const listeners = new Set();

/**
 * Hear when somebody waits for a part.
 * @param {(wait: Wait) => void} listener
 */
export function whenWaiting(listener) {
  listeners.add(listener);
}

/**
 * Fetch a part, however long it takes; only what goes wrong inside of it is an error.
 * @template T
 * @param {() => Promise<T>} fetching
 * @param {{ isQuiet?: boolean }} [how] `isQuiet`: nobody waits for it
 * @returns {Promise<T>}
 */
export async function load(fetching, { isQuiet = false } = {}) {
  /** @type {Wait | null} */
  let said = null;
  const tell = (/** @type {Wait} */ wait) => {
    if (isQuiet || said === wait) return;
    said = wait;
    for (const listener of listeners) listener(wait);
  };
  for (let missed = 0; ; missed += 1) {
    try {
      return await fetching();
    } catch (error) {
      if (!isUnfetched(error)) throw error;
    }
    if (!(await isReachable())) {
      tell("away");
      await reachable();
      missed = 0;
    } else if (missed >= OUTDATED_AFTER) {
      tell("outdated");
    }
    if (missed > 0) await pause(Math.min(FIRST_RETRY_MS * 2 ** missed, LONGEST_RETRY_MS));
  }
}

/**
 * What a button opens and is fetched only then: whoever presses twice while it is on its way gets it once,
 * and whoever has gone away by then does not.
 * @template T
 * @param {() => Promise<T>} fetching
 * @returns {(asker: Element, open: (part: T) => void) => Promise<void>}
 */
export function openedLate(fetching) {
  let isUnderWay = false;
  return async (asker, open) => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      const part = await load(fetching);
      if (asker.isConnected) open(part);
    } finally {
      isUnderWay = false;
    }
  };
}

/** @param {unknown} error */
export function isUnfetched(error) {
  // Browsers have no error of its own for it, but they all speak of importing.
  return error instanceof Unfetched || (error instanceof TypeError && /import/i.test(error.message));
}

/** Whether the server answers. */
export async function isReachable() {
  try {
    const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    return (await fetch("/healthz", { cache: "no-store", signal })).ok;
  } catch {
    return false;
  }
}

/**
 * Wait until the server answers.
 * @param {AbortSignal} [signal] nobody waits any more; the promise then stays as it is
 */
export async function reachable(signal) {
  let pauseMs = FIRST_RETRY_MS;
  do {
    await pause(pauseMs);
    if (signal?.aborted) return new Promise(() => {});
    pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS);
  } while (!(await isReachable()));
}

/**
 * Wait so long, or until the computer is online again.
 * @param {number} ms
 * @returns {Promise<void>}
 */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
  });
}
