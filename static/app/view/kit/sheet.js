// @ts-check
// Style sheets of pages that few people open: loaded with the page, kept afterwards.

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Load `/static/styles/NAME.css` once; the promise ends when it holds.
 * @param {string} name
 */
export function sheet(name) {
  const started = loading.get(name);
  if (started) return started;
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `/static/styles/${name}.css`;
    link.onload = () => resolve();
    link.onerror = () => {
      loading.delete(name);
      link.remove();
      reject(new Error(`The style sheet ${name} did not load.`));
    };
    document.head.append(link);
  });
  loading.set(name, loaded);
  return loaded;
}
