import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { indentUnit } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import classes from "./Code.module.css";
import { codeLook } from "./theme";

/** Where a fault is; line and column from 1. */
export interface Fault {
  line: number;
  column: number;
  message: string;
}

interface CodeEditorProps {
  /** The text to begin with; give the component another `key` to begin anew. */
  text: string;
  label: string;
  readOnly: boolean;
  fault: Fault | null;
  onChange: (text: string) => void;
  onSave: () => void;
}

/** A file that was written on Windows keeps its line ends. */
function separator(text: string): Extension {
  return text.includes("\r\n") && !/(^|[^\r])\n/.test(text) ? EditorState.lineSeparator.of("\r\n") : [];
}

/** CodeMirror with Python; Tab indents, Escape then Tab leaves, Ctrl+S saves. */
export function CodeEditor({ text, label, readOnly, fault, onChange, onSave }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ text, label, readOnly, onChange, onSave });
  useEffect(() => {
    latest.current = { text: latest.current.text, label, readOnly, onChange, onSave };
  });

  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const begin = latest.current;
    const editor = new EditorView({
      parent,
      doc: begin.text,
      extensions: [
        keymap.of([{ key: "Mod-s", preventDefault: true, run: () => (latest.current.onSave(), true) }]),
        basicSetup,
        keymap.of([indentWithTab]),
        indentUnit.of("    "),
        python(),
        lintGutter(),
        codeLook,
        separator(begin.text),
        EditorState.readOnly.of(begin.readOnly),
        EditorView.contentAttributes.of({ "aria-label": begin.label }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          latest.current.text = update.state.sliceDoc();
          latest.current.onChange(latest.current.text);
        }),
      ],
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    if (!fault) {
      editor.dispatch(setDiagnostics(editor.state, []));
      return;
    }
    const line = editor.state.doc.line(Math.min(Math.max(1, fault.line), editor.state.doc.lines));
    const from = Math.min(line.from + Math.max(0, fault.column - 1), line.to);
    editor.dispatch(
      setDiagnostics(editor.state, [{ from, to: line.to, severity: "error", message: fault.message }]),
      { selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) },
    );
    editor.focus();
  }, [fault]);

  return <div ref={host} className={classes.editor} />;
}
