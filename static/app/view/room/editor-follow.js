// @ts-check
// The streamer's viewport: told while the streamer scrolls, and followed by who wants to.

/** @import { EditorView } from "../../../vendor/editor.js" */

import { EditorView as View } from "../../../vendor/editor.js";

/** States go out every 50 ms at most anyway; nobody reads faster than this. */
const TELL_EVERY_MS = 150;
/** What says that somebody wants to look elsewhere. */
const OWN_WAY = ["wheel", "touchmove", "pointerdown", "keydown"];

/**
 * Call `tell` with the first line in view, when it changes and when `now` is called.
 * @param {EditorView} view
 * @param {(line: number) => void} tell
 */
export function tellViewport(view, tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const told = () => {
    timer = undefined;
    tell(firstLine(view));
  };
  const scrolled = () => {
    timer ??= setTimeout(told, TELL_EVERY_MS);
  };
  view.scrollDOM.addEventListener("scroll", scrolled, { passive: true });
  return {
    now: told,
    stop: () => {
      clearTimeout(timer);
      view.scrollDOM.removeEventListener("scroll", scrolled);
    },
  };
}

/**
 * Put a line at the top.
 * @param {EditorView} view
 * @param {number} line
 */
export function showAtTop(view, line) {
  const { doc } = view.state;
  const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  view.dispatch({ effects: View.scrollIntoView(from, { y: "start", yMargin: 0 }) });
}

/**
 * Call `left` when whoever follows goes their own way. Returns how to stop.
 * @param {EditorView} view
 * @param {() => void} left
 */
export function whenOwnWay(view, left) {
  for (const name of OWN_WAY) view.dom.addEventListener(name, left, { passive: true });
  return () => OWN_WAY.forEach((name) => view.dom.removeEventListener(name, left));
}

/** @param {EditorView} view */
function firstLine(view) {
  const top = view.scrollDOM.getBoundingClientRect().top - view.documentTop;
  return view.state.doc.lineAt(view.lineBlockAtHeight(top + 2).from).number;
}
