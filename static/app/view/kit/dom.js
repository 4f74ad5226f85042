// @ts-check
// Elements without markup: attributes and text are set, never parsed, so nothing a person wrote can
// become an element.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Properties */

/**
 * Make an element. `onclick` and the like listen, `true` is an attribute without value, `false` and
 * null leave it out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, properties);
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Properties} properties
 */
export function setAttributes(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined)
      element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Replace the children; nodes that stay are not touched, so focus and scroll stay too.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  const nodes = children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return [child instanceof Node ? child : document.createTextNode(String(child))];
  });
  if (
    nodes.length === parent.childNodes.length &&
    nodes.every((n, i) => n === parent.childNodes[i])
  ) {
    return;
  }
  parent.replaceChildren(...nodes);
}

/**
 * Set an element's text unless it stands there already: a live region speaks each change.
 * @param {Element} element
 * @param {string | number} text
 */
export function setText(element, text) {
  if (element.textContent !== String(text)) element.textContent = String(text);
}

/**
 * Keep a parent's children in step with a list, one element per key, moving as few as possible.
 * @template T
 */
export class KeyedList {
  /** @type {Map<string, { element: HTMLElement, update: (item: T) => void, destroy?: () => void }>} */
  #rows = new Map();
  #parent;
  #keyOf;
  #create;

  /**
   * @param {Element} parent
   * @param {(item: T) => string} keyOf
   * @param {(item: T) => { element: HTMLElement, update: (item: T) => void, destroy?: () => void }} create
   */
  constructor(parent, keyOf, create) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  /** @param {T[]} items */
  set(items) {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.destroy?.();
      row.element.remove();
      this.#rows.delete(key);
    }
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const { element } = this.#row(item);
      if (element === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(element, place);
    }
  }

  /** @param {T} item */
  #row(item) {
    const key = this.#keyOf(item);
    let row = this.#rows.get(key);
    if (!row) {
      row = this.#create(item);
      this.#rows.set(key, row);
    }
    row.update(item);
    return row;
  }
}

/**
 * @param {Element} parent
 * @param {Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}
