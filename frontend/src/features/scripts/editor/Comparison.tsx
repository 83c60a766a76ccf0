import { python } from "@codemirror/lang-python";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import classes from "./Code.module.css";
import { codeLook } from "./theme";

interface ComparisonProps {
  before: string;
  after: string;
  label: string;
}

const UNCHANGED = { margin: 3, minSize: 6 };

/** Two texts with what differs marked: side by side, on a phone under each other. */
export function Comparison({ before, after, label }: ComparisonProps) {
  const host = useRef<HTMLDivElement>(null);
  const phone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const shown = (side: string) => [
      lineNumbers(),
      python(),
      codeLook,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": `${label}, ${side}`, tabindex: "0" }),
    ];
    const view = phone
      ? new EditorView({
          parent,
          doc: after,
          extensions: [
            shown("together"),
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: UNCHANGED }),
          ],
        })
      : new MergeView({
          parent,
          a: { doc: before, extensions: shown("before") },
          b: { doc: after, extensions: shown("after") },
          collapseUnchanged: UNCHANGED,
        });
    return () => view.destroy();
  }, [before, after, label, phone]);
  return <div ref={host} className={`${classes.frame} ${classes.comparison}`} data-comparison />;
}
