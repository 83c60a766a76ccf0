import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import classes from "./Code.module.css";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment, tags.docString], color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-function)",
  },
  { tag: [tags.className, tags.typeName], color: "var(--code-class)" },
  { tag: tags.meta, color: "var(--code-keyword)" },
]);

/** How code looks, in the editor and in comparisons; its colours follow the page's scheme. */
export const codeLook: Extension = [
  EditorView.editorAttributes.of({ class: classes.code ?? "" }),
  syntaxHighlighting(colours),
];
