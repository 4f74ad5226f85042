// @ts-check
// The icons, drawn on a grid of 24 with lines of 1.8.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  accept: ["M5 12.5l4.5 4.5L19 7.5"],
  alert: ["M12 8v5", "M12 16.5v.1", "M12 3.5l9 16H3z"],
  at: [
    "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
    "M15.5 8.5v5a2.3 2.3 0 0 0 4.6 0V12a8.1 8.1 0 1 0-3.2 6.4",
  ],
  badge: ["M12 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z", "M8.5 13.5L7 21l5-2.5 5 2.5-1.5-7.5"],
  bell: ["M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z", "M10 20.5h4"],
  camera: ["M3.5 7h11v10h-11z", "M14.5 11l6-3.5v9l-6-3.5z"],
  captions: ["M3.5 6h17v12h-17z", "M10 10.5a2 2 0 1 0 0 3", "M16.5 10.5a2 2 0 1 0 0 3"],
  chat: ["M4 5h16v11H10l-4 3.5V16H4z"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  code: ["M9 7l-5 5 5 5", "M15 7l5 5-5 5"],
  copy: ["M9 9h11v11H9z", "M15 9V4H4v11h5"],
  down: ["M6 10l6 6 6-6"],
  encoder: ["M4 6h16v12H4z", "M8 12h3", "M8 15h8", "M8 9h8"],
  exitFullscreen: ["M9 4v5H4", "M15 4v5h5", "M9 20v-5H4", "M15 20v-5h5"],
  flag: ["M6 21V4", "M6 4.5h12l-3 4 3 4H6"],
  fullscreen: ["M4 9V4h5", "M20 9V4h-5", "M4 15v5h5", "M20 15v5h-5"],
  heart: ["M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z"],
  home: ["M4 11l8-7 8 7", "M6 9.5V20h12V9.5", "M10 20v-6h4v6"],
  left: ["M15 5l-7 7 7 7"],
  link: [
    "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1",
    "M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  ],
  more: ["M5 12h.1", "M12 12h.1", "M19 12h.1"],
  microphone: [
    "M12 3.5a3 3 0 0 0-3 3V12a3 3 0 0 0 6 0V6.5a3 3 0 0 0-3-3z",
    "M5.5 11.5a6.5 6.5 0 0 0 13 0",
    "M12 18v3",
  ],
  microphoneOff: [
    "M9 9v3a3 3 0 0 0 4.6 2.5",
    "M15 11.5v-5a3 3 0 0 0-5.6-1.5",
    "M5.5 11.5a6.5 6.5 0 0 0 10.2 5.3",
    "M18.5 11.5a6.4 6.4 0 0 1-.6 2.7",
    "M12 18v3",
    "M4 4l16 16",
  ],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"],
  mute: ["M4 9.5v5h3.5L12 19V5L7.5 9.5z", "M16 9.5l5 5", "M21 9.5l-5 5"],
  numbers: ["M5 20V11", "M12 20V4", "M19 20v-6"],
  pause: ["M8.5 5v14", "M15.5 5v14"],
  picture: ["M4 5h16v14H4z", "M4 16.5l5-5 4.5 4.5 2.5-2.5 4 4", "M15.5 8.6v.1"],
  pictureInPicture: ["M3.5 5h17v14h-17z", "M12 12h6v4.5h-6z"],
  pin: ["M9 4h6l-1 6 3 3v2H7v-2l3-3z", "M12 15v6"],
  play: ["M7 4.5v15l12-7.5z"],
  plus: ["M12 5v14", "M5 12h14"],
  poll: ["M4 7h12", "M4 12h16", "M4 17h7"],
  posts: ["M5 4h14v16H5z", "M8.5 9h7", "M8.5 12.5h7", "M8.5 16h4"],
  question: ["M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3", "M12 18.5v.1"],
  reject: ["M6 6l12 12", "M18 6L6 18"],
  reply: ["M9 7l-5 5 5 5", "M4 12h9c4 0 6.5 2 7 6"],
  right: ["M9 5l7 7-7 7"],
  rotate: ["M19 12a7 7 0 1 1-2.2-5.1L19 9", "M19 4v5h-5"],
  screen: ["M3.5 5h17v11h-17z", "M9 20h6", "M12 16v4"],
  search: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.3 15.3L20 20"],
  send: ["M4 12l16-8-5 16-3.5-6.5z"],
  keyboard: ["M3 7h18v10H3z", "M6 10h.01", "M9.5 10h.01", "M13 10h.01", "M16.5 10h.01", "M7.5 13.8h9"],
  panels: ["M4 5h16v14H4z", "M14.5 5v14", "M14.5 11H20"],
  theatre: ["M3 7h18v10H3z", "M6.5 10h11v4h-11z"],
  sound: ["M4 9.5v5h3.5L12 19V5L7.5 9.5z", "M15.5 9a4.2 4.2 0 0 1 0 6", "M18.3 6.5a8 8 0 0 1 0 11"],
  shield: ["M12 3.5l7.5 2.8v5.4c0 4.4-3 7.6-7.5 9-4.5-1.4-7.5-4.6-7.5-9V6.3z", "M9 12l2.2 2.2L15 10.4"],
  smile: [
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
    "M8.5 14.5a4.5 4.5 0 0 0 7 0",
    "M9 9.5v.5",
    "M15 9.5v.5",
  ],
  spark: ["M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"],
  suggest: ["M5 19l1-4L16 5l3 3L9 18z", "M13 8l3 3"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "M12 2.5v2",
    "M12 19.5v2",
    "M2.5 12h2",
    "M19.5 12h2",
    "M5.3 5.3l1.4 1.4",
    "M17.3 17.3l1.4 1.4",
    "M5.3 18.7l1.4-1.4",
    "M17.3 6.7l1.4-1.4",
  ],
  system: [
    "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
    "M12 4v16",
    "M12 8h6.5",
    "M12 12h8",
    "M12 16h6.5",
  ],
  up: ["M6 14l6-6 6 6"],
  tag: ["M5 9.5h14", "M5 14.5h14", "M10.5 5l-2 14", "M15.5 5l-2 14"],
  trophy: [
    "M7.5 4h9v6a4.5 4.5 0 0 1-9 0z",
    "M7.5 5.5H4c0 3.5 1.3 5.2 3.9 5.5",
    "M16.5 5.5H20c0 3.5-1.3 5.2-3.9 5.5",
    "M12 14.5V19",
    "M8.5 20h7",
  ],
  trash: ["M5 7h14", "M9.5 7V4.5h5V7", "M7 7l1 13h8l1-13"],
  upload: ["M12 16V5", "M7 9.5L12 4.5l5 5", "M4.5 15.5v4h15v-4"],
  user: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"],
  video: ["M3.5 5h17v14h-17z", "M10 9v6l5-3z"],
  viewers: [
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z",
    "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  ],
};

/** @typedef {keyof typeof PATHS} IconName */

export const ICON_NAMES = /** @type {IconName[]} */ (Object.keys(PATHS));

/**
 * An icon says nothing to a screen reader; what it stands beside does.
 * @param {IconName} name
 * @param {number} [size]
 */
export function icon(name, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [attribute, value] of Object.entries({
    viewBox: "0 0 24 24",
    width: String(size),
    height: String(size),
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.8",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(attribute, value);
  }
  for (const line of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}
