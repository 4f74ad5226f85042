// @ts-check
// A page of code too small to read, drawn from a name: what stands for a stream that has no picture
// on this page. The same name always gives the same page.

import { hashOf } from "../../model/hue.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 180;
const LINE_HEIGHT = 13;
const LINES = 9;
const TOP = 46;
const TONES = ["tone-a", "tone-b", "tone-c"];

/** @param {string} name */
export function miniature(name) {
  const next = numbersFrom(hashOf(name));
  const svg = element("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "miniature",
    "aria-hidden": "true",
  });
  let indent = 0;
  let end = 0;
  for (let line = 0; line < LINES; line++) {
    indent = Math.min(4, Math.max(0, indent + (next() % 3) - 1));
    if (next() % 6 === 0 && line > 0 && line < LINES - 1) continue;
    end = drawLine(svg, 26 + indent * 16, TOP + line * LINE_HEIGHT, next);
  }
  svg.append(
    element("rect", {
      class: "miniature-caret",
      x: end,
      y: TOP + (LINES - 1) * LINE_HEIGHT - 3,
      width: 5,
      height: 10,
    }),
  );
  return svg;
}

/**
 * @param {Element} svg
 * @param {number} from
 * @param {number} y
 * @param {() => number} next
 * @returns {number} where the line ends
 */
function drawLine(svg, from, y, next) {
  let x = from;
  for (let words = 1 + (next() % 4); words > 0; words--) {
    const width = 12 + (next() % 44);
    if (x + width > WIDTH - 30) break;
    svg.append(
      element("rect", { class: TONES[next() % TONES.length] ?? "", x, y, width, height: 5, rx: 1 }),
    );
    x += width + 6;
  }
  return x;
}

/**
 * A small linear congruential generator: repeatable, and good enough for a drawing.
 * @param {number} seed
 */
function numbersFrom(seed) {
  let state = seed || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function element(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
