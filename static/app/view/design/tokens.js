// @ts-check
// The design's words as the browser knows them: read from the style sheet, so the page about them
// cannot fall behind it.

/** What stands on what: each pair has to be readable in both themes (WCAG 2.2, 1.4.3). */
export const PAIRS = /** @type {const} */ ([
  ["--ink", "--paper"],
  ["--ink", "--surface"],
  ["--ink", "--raised"],
  ["--ink", "--sunken"],
  ["--ink-soft", "--paper"],
  ["--ink-soft", "--surface"],
  ["--ink-soft", "--raised"],
  ["--ink-soft", "--hover"],
  ["--accent", "--surface"],
  ["--on-accent", "--accent"],
  ["--accent", "--accent-soft"],
  ["--on-live", "--live"],
  ["--live", "--live-soft"],
  ["--good", "--good-soft"],
  ["--warn", "--warn-soft"],
  ["--bad", "--bad-soft"],
  ["--bad", "--surface"],
  ["--over-video", "--stage"],
]);

/**
 * The names of the custom properties of `:root` that begin with `prefix`, in the sheet's order.
 * @param {string} prefix
 */
export function tokensNamed(prefix) {
  const names = [];
  for (const each of document.styleSheets) {
    if (!each.href?.endsWith("/tokens.css")) continue;
    for (const rule of each.cssRules) {
      if (rule instanceof CSSStyleRule && rule.selectorText === ":root")
        names.push(...[...rule.style].filter((name) => name.startsWith(prefix)));
    }
  }
  return names;
}

/** @param {string} token */
export function valueOf(token) {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/**
 * The contrast of two colour tokens in the theme that is shown, 1 to 21.
 * @param {string} front
 * @param {string} back
 */
export function contrast(front, back) {
  const [darker = 0, lighter = 0] = [luminance(front), luminance(back)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * Relative luminance as WCAG defines it.
 * @param {string} token
 */
function luminance(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const channels = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
  probe.remove();
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const share = Number(channel) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
