// @ts-check
// The one way in which text that a person wrote becomes elements. The server has rendered and
// sanitised it; here it is parsed into a document that runs and loads nothing, and only what stands
// in the list below is made anew from it.

import { say } from "../../words/site.js";

const ALLOWED = new Set(
  "a blockquote br code del em h2 h3 h4 hr li ol p pre span strong table tbody td th thead tr ul".split(
    " ",
  ),
);
const CLASS = /^(language-[\w+#.-]+|hl-[a-z0-9]+)$/;

// DOMParser is a sink of Trusted Types. The page's Content-Security-Policy allows this policy alone,
// and nothing else asks for it: what it lets through never reaches the page without the list.
const policy = trustedTypesFactory()?.createPolicy("rendered-text", {
  createHTML: (text) => text,
});

/**
 * @param {string} html as the server rendered it
 * @returns {DocumentFragment}
 */
export function rendered(html) {
  const text = /** @type {string} */ (policy ? policy.createHTML(html) : html);
  const { body } = new DOMParser().parseFromString(text, "text/html");
  const fragment = document.createDocumentFragment();
  copyChildren(body, fragment);
  return fragment;
}

/**
 * @param {Node} from
 * @param {Node} to
 */
function copyChildren(from, to) {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.appendChild(document.createTextNode(node.data));
    else if (node instanceof Element) copyElement(node, to);
  }
}

/**
 * @param {Element} element
 * @param {Node} to
 */
function copyElement(element, to) {
  const name = element.localName;
  // Of what is not allowed the text stays, as on the server.
  if (!ALLOWED.has(name)) return copyChildren(element, to);
  const copy = document.createElement(name);
  const classes = [...element.classList].filter((each) => CLASS.test(each));
  if (classes.length) copy.className = classes.join(" ");
  if (copy instanceof HTMLAnchorElement) copyLink(element, copy);
  if (copy instanceof HTMLOListElement) copy.start = Number(element.getAttribute("start") ?? 1);
  copyChildren(element, copy);
  if (name === "pre" || name === "table") return to.appendChild(scrolling(copy, name));
  to.appendChild(copy);
}

/**
 * What may be wider than the page scrolls by itself, also by keyboard.
 * @param {HTMLElement} element
 * @param {"pre" | "table"} name
 */
function scrolling(element, name) {
  const box = document.createElement("div");
  box.className = `scrolling scrolling-${name}`;
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", name === "pre" ? say("code") : say("table"));
  box.append(element);
  return box;
}

/**
 * @param {Element} from
 * @param {HTMLAnchorElement} to
 */
function copyLink(from, to) {
  const href = from.getAttribute("href") ?? "";
  if (!/^(https?:\/\/|mailto:|\/(users|tags)\/)/i.test(href)) return;
  to.setAttribute("href", href);
  to.title = from.getAttribute("title") ?? "";
  if (href.startsWith("/")) return;
  to.rel = "nofollow ugc noopener";
  to.target = "_blank";
}

/** @returns {{ createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): unknown } } | undefined} */
function trustedTypesFactory() {
  return Reflect.get(window, "trustedTypes");
}
