// @ts-check
// When this computer may be on another network than a moment ago, or on one again: it is online again,
// its cable became a radio, or it slept. Browsers tell nobody of a sleep, but timers stand still in it.

const LOOK_EVERY_MS = 2_000;
/** No timer of a page that is awake comes so late; one of a page in the background may, and then one
 * request too many is made. */
const SLEPT_AFTER_MS = 10_000;

/**
 * @param {() => void} changed
 * @returns {() => void} stop watching
 */
export function watchNetwork(changed) {
  /** @type {(EventTarget & { type?: string }) | undefined} not in every browser */
  const connection = Reflect.get(navigator, "connection");
  let type = connection?.type;
  const compare = () => {
    // It is told of every new estimate of the speed as well.
    if (connection?.type === type) return;
    type = connection?.type;
    changed();
  };
  let lookedAt = Date.now();
  const look = () => {
    const pauseMs = Date.now() - lookedAt;
    lookedAt = Date.now();
    if (pauseMs > SLEPT_AFTER_MS) changed();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  window.addEventListener("online", changed);
  document.addEventListener("resume", look);
  connection?.addEventListener("change", compare);
  return () => {
    clearInterval(timer);
    window.removeEventListener("online", changed);
    document.removeEventListener("resume", look);
    connection?.removeEventListener("change", compare);
  };
}
