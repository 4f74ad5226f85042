// @ts-check
// One hue per name, the same in chat, in the editor and on every computer.

/** @param {string} name */
export function hueOf(name) {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (hash * 47) % 360;
}
