// @ts-check
// The part of an address behind the `?`.

/** @param {Record<string, string | number | boolean | null | undefined>} values */
export function query(values) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}
