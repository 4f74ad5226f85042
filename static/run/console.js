// @ts-check
// What running code says, as text: taken where it runs, because only there can values be looked into.
// Stands in front of frame.js and of worker.js; static/app/model/run.js is who listens.

/**
 * @typedef {object} RunMessage
 * @property {"ready" | "log" | "done" | "clear"} kind
 * @property {string} [level]
 * @property {string} [text]
 * @property {string} [file]
 * @property {number} [line]
 */

const TEXT_LIMIT = 4_000;
const DEPTH_LIMIT = 3;
const ITEMS_LIMIT = 100;

/**
 * Tell what is written to the console from now on.
 * @param {(message: RunMessage) => void} tell
 */
function hearConsole(tell) {
  /** @type {Map<string, number>} */
  const times = new Map();
  /** @param {string} level */
  const at =
    (level) =>
    (/** @type {unknown[]} */ ...values) =>
      tell({ kind: "log", level, text: textOf(values) });
  Object.assign(console, {
    log: at("log"),
    info: at("log"),
    debug: at("log"),
    table: at("log"),
    dir: at("log"),
    warn: at("warn"),
    error: at("error"),
    trace: at("log"),
    group: at("log"),
    clear: () => tell({ kind: "clear" }),
    assert: (/** @type {unknown} */ isTrue, /** @type {unknown[]} */ ...values) => {
      if (!isTrue) at("error")("Assertion failed", ...values);
    },
    time: (name = "default") => times.set(String(name), performance.now()),
    timeEnd: (name = "default") => {
      const begun = times.get(String(name)) ?? performance.now();
      at("log")(`${name}: ${(performance.now() - begun).toFixed(1)} ms`);
    },
  });
}

/**
 * Tell errors that nobody catches. `files` names what the code calls by an address.
 * @param {(message: RunMessage) => void} tell
 * @param {(address: string) => string | null} nameOf
 */
function hearErrors(tell, nameOf) {
  addEventListener("error", (event) => {
    if (!(event instanceof ErrorEvent)) return;
    event.preventDefault();
    const file = nameOf(event.filename);
    tell({
      kind: "log",
      level: "error",
      text: event.message,
      ...(file !== null && event.lineno > 0 ? { file, line: event.lineno } : {}),
    });
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const { reason } = event;
    const place = /((?:blob:|about:)[^\s)]*?):(\d+)(?::\d+)?\)?$/m.exec(reason?.stack ?? "");
    const file = place?.[1] === undefined ? null : nameOf(place[1]);
    tell({
      kind: "log",
      level: "error",
      text: `Uncaught (in promise) ${inspected(reason, 0, new Set())}`,
      ...(file === null ? {} : { file, line: Number(place?.[2]) }),
    });
  });
}

/** @param {unknown[]} values */
function textOf(values) {
  const text = values
    .map((value) => (typeof value === "string" ? value : inspected(value, 0, new Set())))
    .join(" ");
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text;
}

/**
 * @param {unknown} value
 * @param {number} depth
 * @param {Set<unknown>} above what this value is inside of
 * @returns {string}
 */
function inspected(value, depth, above) {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `ƒ ${value.name || "(anonymous)"}()`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return inspectedObject(value, depth, above);
  } catch (error) {
    // A getter or a proxy of the code's own that throws.
    return `[${error instanceof Error ? error.message : "cannot be shown"}]`;
  }
}

/**
 * @param {object} value
 * @param {number} depth
 * @param {Set<unknown>} above
 */
function inspectedObject(value, depth, above) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (typeof Element !== "undefined" && value instanceof Element) {
    return `<${value.localName}${value.id && `#${value.id}`}>`;
  }
  const name = value.constructor?.name ?? "";
  if (above.has(value)) return "[circular]";
  if (depth >= DEPTH_LIMIT) return Array.isArray(value) ? "[…]" : `${name} {…}`;
  const inside = new Set(above).add(value);
  const shown = (/** @type {unknown} */ each) => inspected(each, depth + 1, inside);
  if (Array.isArray(value)) return `[${listed(value.map(shown))}]`;
  if (value instanceof Map) {
    return `Map {${listed([...value].map(([key, each]) => `${shown(key)} => ${shown(each)}`))}}`;
  }
  if (value instanceof Set) return `Set {${listed([...value].map(shown))}}`;
  const entries = Object.entries(value).map(([key, each]) => `${key}: ${shown(each)}`);
  const body = entries.length > 0 ? `{ ${listed(entries)} }` : "{}";
  return name === "Object" || name === "" ? body : `${name} ${body}`;
}

/** @param {string[]} items */
function listed(items) {
  const more = items.length > ITEMS_LIMIT ? `, … ${items.length - ITEMS_LIMIT} more` : "";
  return items.slice(0, ITEMS_LIMIT).join(", ") + more;
}
