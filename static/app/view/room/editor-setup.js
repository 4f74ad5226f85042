// @ts-check
// How the editor behaves and looks. Its colours are the design's tokens, which reach into the shadow
// root, so a change of theme needs no word to CodeMirror.

import {
  EditorState,
  EditorView,
  HighlightStyle,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  defaultKeymap,
  drawSelection,
  dropCursor,
  foldGutter,
  foldKeymap,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  highlightSpecialChars,
  indentOnInput,
  indentUnit,
  indentWithTab,
  keymap,
  lineNumbers,
  searchKeymap,
  syntaxHighlighting,
  tags,
} from "../../../vendor/editor.js";
import { say } from "../../words/code.js";

const LOOK = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    fontSize: "calc(0.875rem * var(--code-size, 1))",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overscrollBehavior: "contain" },
  ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem 0 0.5rem" },
  ".cm-gutters": {
    backgroundColor: "var(--surface)",
    color: "var(--ink-soft)",
    border: "none",
    paddingLeft: "0.25rem",
  },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-activeLine": { backgroundColor: "var(--code-active-line)" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    {
      background: "var(--code-selection)",
    },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  ".cm-foldPlaceholder": {
    background: "var(--sunken)",
    border: "none",
    color: "var(--ink-soft)",
    padding: "0 0.4em",
  },
  ".cm-foldGutter span": { color: "var(--ink-soft)" },
  ".cm-panels": {
    backgroundColor: "var(--sunken)",
    color: "var(--ink)",
    borderColor: "var(--line)",
  },
  ".cm-textfield": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    color: "var(--ink)",
  },
  ".cm-button": {
    background: "var(--raised)",
    border: "1px solid var(--line-strong)",
    color: "var(--ink)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line)",
    color: "var(--ink)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-suggestion-gutter": { width: "1.1rem" },
  ".cm-suggestion-mark": {
    display: "block",
    minWidth: "0.5rem",
    width: "fit-content",
    height: "1.1em",
    margin: "0.25em auto 0",
    padding: "0 0.2em",
    borderRadius: "2px",
    background: "var(--warn)",
    color: "var(--surface)",
    font: "700 0.6875rem/1.6 var(--sans)",
    cursor: "pointer",
  },
  ".cm-suggestion-mark.is-stale": {
    background: "transparent",
    color: "var(--warn)",
    boxShadow: "inset 0 0 0 2px var(--warn)",
  },
  ".cm-blame": {
    backgroundColor: "hsl(var(--hue) 70% 55% / 0.18)",
    boxShadow: "inset 0 -2px 0 hsl(var(--hue) 62% 48%)",
  },
  "@keyframes cursor-name": { "0%, 80%": { opacity: 0.95 }, "100%": { opacity: 0 } },
  ".cm-ySelectionCaret:hover > .cm-ySelectionInfo": { animation: "none", opacity: "1" },
  ".cm-ySelectionInfo": {
    fontFamily: "var(--sans)",
    fontSize: "0.6875rem",
    padding: "1px 5px",
    borderRadius: "3px 3px 3px 0",
    color: "#fff",
    // A name says who has moved, then leaves the code to be read; pointing at the cursor brings it back.
    animation: "cursor-name 4s forwards",
  },
});

const COLOURS = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword],
    color: "var(--code-keyword)",
  },
  {
    tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character],
    color: "var(--code-string)",
  },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.escape], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName],
    color: "var(--code-name)",
  },
  { tag: [tags.typeName, tags.className, tags.tagName, tags.namespace], color: "var(--code-type)" },
  {
    tag: [tags.attributeName, tags.propertyName, tags.definition(tags.propertyName)],
    color: "var(--code-name)",
  },
  { tag: tags.heading, color: "var(--code-keyword)", fontWeight: "700" },
  { tag: [tags.link, tags.url], color: "var(--accent)", textDecoration: "underline" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

/** CodeMirror's own, but for the carriage return: each line of a Windows file ends with one. */
const SPECIAL =
  /[\u0000-\u0008\u000a-\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202d\u202e\u2066\u2067\u2069\ufeff\ufff9-\ufffc]/g;

export const BASE = [
  LOOK,
  syntaxHighlighting(COLOURS),
  lineNumbers(),
  foldGutter(),
  // Lines end with a line feed alone, as in the shared text: CodeMirror would otherwise count CRLF as
  // one character, and every cursor and edit behind it would be beside its place.
  EditorState.lineSeparator.of("\n"),
  EditorView.clipboardInputFilter.of((text) => text.replaceAll("\r\n", "\n")),
  highlightSpecialChars({ specialChars: SPECIAL }),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  indentUnit.of("    "),
  EditorState.tabSize.of(4),
];

/**
 * What the editor is called for those who hear it.
 * @param {string} title
 */
export function labelled(title) {
  return EditorView.contentAttributes.of({
    "aria-label": say("codeOf", { title }),
    "aria-description": say("pressEscapeAndThenTab"),
    tabindex: "0",
  });
}

/** Escape, then Tab leaves the editor: CodeMirror lets Tab go for a moment after Escape. */
export const WRITING = [
  indentOnInput(),
  closeBrackets(),
  autocompletion(),
  dropCursor(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...foldKeymap,
    indentWithTab,
  ]),
];

/** A reader can select, search and copy; a phone shows no keyboard. */
export const READING = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ "aria-readonly": "true" }),
  keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
];
