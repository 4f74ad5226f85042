// @ts-check
// Numbers that belong to a name: the same in chat, in the editor and on every computer.

/**
 * FNV-1a: short names that differ in one letter come out far apart.
 * @param {string} name
 */
export function hashOf(name) {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * A colour's angle for a name.
 * @param {string} name
 */
export function hueOf(name) {
  // The low bits of FNV follow the last letter; the high ones are mixed better.
  return (hashOf(name) >>> 8) % 360;
}
