// Prints, as JSON, what the app's catalogues hold, which entries are asked for, and which literals of
// the code are words that people would read.
//
// A literal is words when it stands where text stands (a child of an element, a label, a title, ...)
// and has a letter, or when it stands anywhere and reads like a sentence: it begins with a capital, or
// has two words. Not words are what only programs read: module names, keys, operands of comparisons,
// errors that nobody is shown, selectors, and the attributes in MACHINE.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");
const APP = join(ROOT, "static", "app");
const WORDS = join(APP, "words");
const LANGUAGES = ["en", "de"];

/** Which arguments of these are text. */
const TEXT_ARGUMENTS = {
  h: [2, Infinity],
  link: [2, Infinity],
  fill: [1, Infinity],
  append: [0, Infinity],
  replaceChildren: [0, Infinity],
  setText: [1, 1],
  button: [0, 0],
  iconButton: [1, 1],
  actionMenu: [0, 0],
  copyField: [0, 0],
  Field: [0, 0],
  liveChip: [0, 0],
  note: [0, 0],
  openDialog: [0, 0],
  setError: [0, 0],
  spinner: [0, 0],
};
const TEXT_PROPERTIES = new Set(
  "action alt aria-description aria-label aria-roledescription aria-valuetext done hint label placeholder text title".split(
    " ",
  ),
);
const MACHINE = new Set(
  "accept autocapitalize autocomplete class code content enterkeyhint for href icon id inputmode kind lang method name path pattern pointer rel role sizes spellcheck src srcset style target testId type viewBox".split(
    " ",
  ),
);
/** What is called the same in every language. */
const NAMES =
  "Vibecast vibecast JavaScript TypeScript Markdown Python Rust Java Go Edge Opera Firefox Chrome Safari Android Windows Linux OBS Esc GB MB kB https".split(
    " ",
  );
/** Calls whose arguments are a program's. */
const MACHINE_CALLS = /(^|\.)(Error|DOMException|querySelector|querySelectorAll|closest|matches|matchMedia|setProperty|addEventListener|removeEventListener|getResponseHeader|setRequestHeader|get|has|includes|split|startsWith|endsWith|replace|getPropertyValue|createPolicy)$/;

const catalogues = {};
for (const language of LANGUAGES) {
  for (const file of readdirSync(join(WORDS, language))) {
    // What the server refuses is said by code, and in English by the server itself.
    if (file === "problems.js") continue;
    const { default: entries } = await import(pathToFileURL(join(WORDS, language, file)).href);
    (catalogues[file.replace(".js", "")] ??= {})[language] = entries;
  }
}

const uses = [];
const literals = [];
for (const path of scripts(APP)) {
  const source = ts.createSourceFile(
    path,
    readFileSync(path, "utf8"),
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.JS,
  );
  look(source, relative(APP, path), areasOf(source));
}
console.log(JSON.stringify({ catalogues, uses, literals }));

/** @param {string} folder */
function scripts(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path === WORDS) return [];
    if (statSync(path).isDirectory()) return scripts(path);
    return path.endsWith(".js") ? [path] : [];
  });
}

/**
 * By what name a module calls the readers of which area.
 * @param {ts.SourceFile} source
 */
function areasOf(source) {
  const areas = new Map();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const [, area] = /\/words\/([\w-]+)\.js$/.exec(statement.moduleSpecifier.text) ?? [];
    const names = statement.importClause?.namedBindings;
    if (!area || !names || !ts.isNamedImports(names)) continue;
    for (const { name, propertyName } of names.elements) {
      if (/^say(With)?$/.test((propertyName ?? name).text)) areas.set(name.text, area);
    }
  }
  return areas;
}

/**
 * @param {ts.Node} node
 * @param {string} file
 * @param {Map<string, string>} areas
 */
function look(node, file, areas) {
  if (ts.isImportDeclaration(node)) return;
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    const keyed = areas.has(called) ? node.arguments[0] : called === "countOf" && node.arguments[1];
    if (keyed) {
      const area = areas.get(called) ?? "site";
      uses.push(...keysIn(keyed).map((key) => ({ area, key, file })));
      for (const argument of node.arguments) if (argument !== keyed) look(argument, file, areas);
      return;
    }
  }
  if (isLiteral(node) && isWords(node)) {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    literals.push({ file, line: line + 1, text: textOf(node) });
  }
  ts.forEachChild(node, (child) => look(child, file, areas));
}

/**
 * The keys that may be asked for here; what is no literal is reported as it stands.
 * @param {ts.Node} node
 * @returns {string[]}
 */
function keysIn(node) {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...keysIn(node.whenTrue), ...keysIn(node.whenFalse)];
  return [`not a literal: ${node.getText()}`];
}

/** @param {ts.Node} node */
function isLiteral(node) {
  return (
    ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)
  );
}

/** What is put into a template reads as "xx". @param {ts.Node} node */
function textOf(node) {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `xx${literal.text}`).join("");
}

/** @param {ts.Node} node */
function isWords(node) {
  const text = textOf(node);
  const own = NAMES.reduce((left, name) => left.replaceAll(name, ""), text.replaceAll("xx", ""));
  if (isTextPlace(node)) return /\p{L}/u.test(own);
  if (!/\p{L}{2}/u.test(own)) return false;
  const isSentence = /^\s*\p{Lu}\p{Ll}/u.test(text) || /\p{L}{2}\S*\s+\S*\p{L}/u.test(text);
  return isSentence && !isMachinePlace(node);
}

/**
 * The place of what a literal is a part of: through conditions, alternatives and templates.
 * @param {ts.Node} node
 */
function wholeOf(node) {
  let at = node;
  for (;;) {
    const { parent } = at;
    const isChoice = ts.isConditionalExpression(parent) && parent.condition !== at;
    const isEither =
      ts.isBinaryExpression(parent) &&
      ["&&", "||", "??", "+"].includes(parent.operatorToken.getText());
    const isWrapped =
      ts.isParenthesizedExpression(parent) || ts.isSpreadElement(parent) || ts.isTemplateSpan(parent);
    if (!isChoice && !isEither && !isWrapped) return at;
    at = ts.isTemplateSpan(parent) ? parent.parent : parent;
  }
}

/** @param {ts.Node} node */
function isTextPlace(node) {
  const at = wholeOf(node);
  const { parent } = at;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === at && TEXT_PROPERTIES.has(nameOf(parent));
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const range = TEXT_ARGUMENTS[parent.expression.getText().split(".").at(-1)];
    const place = parent.arguments?.indexOf(at) ?? -1;
    return Boolean(range && place >= range[0] && place <= range[1]);
  }
  return (
    ts.isBinaryExpression(parent) &&
    parent.right === at &&
    /\.(textContent|title|placeholder|ariaLabel|alt)$/.test(parent.left.getText())
  );
}

/** @param {ts.Node} node */
function isMachinePlace(node) {
  const at = wholeOf(node);
  const { parent } = at;
  if (ts.isPropertyAssignment(parent)) {
    const name = nameOf(parent);
    return parent.name === at || MACHINE.has(name) || name.startsWith("data-") || name.startsWith("aria-");
  }
  if (ts.isCaseClause(parent) || ts.isElementAccessExpression(parent)) return true;
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.getText();
    return /^[!=]==$/.test(operator) || /\.(className|rel|style|name|code)$/.test(parent.left.getText());
  }
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
    return MACHINE_CALLS.test(parent.expression.getText());
  return false;
}

/** @param {ts.PropertyAssignment} property */
function nameOf({ name }) {
  return ts.isStringLiteral(name) ? name.text : name.getText();
}
