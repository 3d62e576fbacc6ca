// Turns a cell's code into a CodeMirror editor, inside a shadow root so that its constructed style sheets satisfy the policy.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The page's own colors reach through the shadow root as custom properties, so both schemes are right without a second theme.
const color = (name) => `var(--code-${name})`;
const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: color("keyword") },
  { tag: [tags.string, tags.special(tags.string)], color: color("string") },
  { tag: [tags.number, tags.bool, tags.null], color: color("number") },
  { tag: [tags.comment], color: color("comment") },
  { tag: [tags.function(tags.definition(tags.variableName))], color: color("function") },
  { tag: [tags.definition(tags.className), tags.className, tags.standard(tags.variableName)], color: color("class") },
  { tag: [tags.operator], color: color("operator") },
  { tag: [tags.punctuation, tags.bracket], color: color("punctuation") },
  { tag: [tags.variableName, tags.propertyName], color: color("name") },
  { tag: [tags.meta], color: color("special") },
]);

/** Open an editor in place of the static code; `place` is where the pointer was, if a pointer opened it. */
export function open(cell, place) {
  const pre = cell.part.code.querySelector("pre");
  const code = pre.querySelector("code");
  const host = document.createElement("div");
  host.className = "cell-editor";
  host.style.margin = getComputedStyle(pre).margin;
  const root = host.attachShadow({ mode: "open" });
  let replacing = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: cell.code.replace(/\n$/, ""), extensions: extensions() }),
  });
  pre.hidden = true;
  pre.after(host);
  view.focus();
  const position = place && view.posAtCoords(place);
  if (position != null) view.dispatch({ selection: { anchor: position } });

  function extensions() {
    return [
      history(),
      drawSelection(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches(),
      python(),
      syntaxHighlighting(highlighting),
      metrics(pre, code),
      EditorView.contentAttributes.of({ "aria-label": "Python code. Control+Enter runs, Escape leaves." }),
      // Tab is left to the browser: nobody is trapped. Mod-] and Mod-[ indent.
      keymap.of([{ key: "Escape", run: leave }, { key: "Mod-Enter", run: () => true }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !replacing) cell.setCode(`${update.state.doc}`.replace(/\n?$/, "\n"), { fromEditor: true });
      }),
    ];
  }

  function leave() {
    cell.button.run.focus();
    return true;
  }

  return {
    replace(text) {
      replacing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text.replace(/\n$/, "") } });
      replacing = false;
    },
    close() {
      view.destroy();
      host.remove();
      pre.hidden = false;
    },
  };
}

/** The same box, font and lines as the static code, so that nothing moves when the editor opens. */
function metrics(pre, code) {
  const outer = getComputedStyle(pre);
  const inner = getComputedStyle(code);
  return EditorView.theme({
    "&": {
      color: inner.color,
      backgroundColor: "transparent",
      fontSize: inner.fontSize,
    },
    "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
    ".cm-scroller": { maxHeight: outer.maxHeight, overflow: "auto", fontFamily: inner.fontFamily, lineHeight: inner.lineHeight, fontFeatureSettings: inner.fontFeatureSettings },
    ".cm-content": {
      padding: `${sum(outer.paddingTop, inner.paddingTop)} 0 ${sum(outer.paddingBottom, inner.paddingBottom)}`,
      caretColor: inner.color,
    },
    ".cm-line": { padding: `0 ${sum(outer.paddingRight, inner.paddingRight)} 0 ${sum(outer.paddingLeft, inner.paddingLeft)}` },
    ".cm-cursor": { borderLeftColor: inner.color },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--code-selection)" },
    ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--code-selection)" },
    ".cm-selectionMatch": { backgroundColor: "var(--code-selection)" },
  });
}

const sum = (...lengths) => `${lengths.reduce((total, length) => total + (parseFloat(length) || 0), 0)}px`;
