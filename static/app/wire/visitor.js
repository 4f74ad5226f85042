// @ts-check
// What this browser calls itself in rooms while nobody is signed in, so that its tabs are one guest.

const KEY = "vibecast-visitor";
/** Without storage, this page alone. */
const own = crypto.randomUUID();

export function visitor() {
  try {
    const known = window.localStorage.getItem(KEY);
    if (known) return known;
    window.localStorage.setItem(KEY, own);
  } catch {
    // A browser that keeps nothing counts each of its tabs.
  }
  return own;
}
