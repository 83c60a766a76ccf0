import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { ApiProblem } from "@/api/problem";
import type { ScriptContent } from "@/api/types";
import { toastDone, toastFailed } from "@/ui/toast";
import type { Fault } from "./CodeEditor";

export interface Draft {
  /** The version that is being edited; undefined while it loads. */
  base: ScriptContent | undefined;
  /** The newest version; another one than `base` when it was saved elsewhere. */
  newest: ScriptContent | undefined;
  error: unknown;
  retry: () => void;
  text: string;
  dirty: boolean;
  change: (text: string) => void;
  /** Saves as a new version; the saved content, or null when it was refused. */
  save: (basedOn?: number) => Promise<ScriptContent | null>;
  saving: boolean;
  fault: Fault | null;
  /** Throw the changes away and take the newest version. */
  discard: () => Promise<void>;
  /** Another number means that the editor begins anew. */
  edition: number;
}

/** The text being edited of a script, kept while its page is open. */
export function useDraft(scriptId: string): Draft {
  const client = useQueryClient();
  const path = { script_id: scriptId };
  const { data, error, refetch } = $api.useQuery("get", "/api/scripts/{script_id}/content", {
    params: { path },
  });
  const put = $api.useMutation("put", "/api/scripts/{script_id}/content");
  const [base, setBase] = useState<ScriptContent>();
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [edition, setEdition] = useState(0);
  if (!base && data) setBase(data);
  const content = text ?? base?.content ?? "";
  const dirty = text !== null && text !== base?.content;

  const accept = (saved: ScriptContent) => {
    client.setQueryData(
      $api.queryOptions("get", "/api/scripts/{script_id}/content", { params: { path } }).queryKey,
      saved,
    );
    setBase(saved);
    setText((now) => (now === content ? null : now));
    setFault(null);
    toastDone(`Saved as version ${saved.version}.`, saved.name);
    for (const read of ["/api/scripts", "/api/scripts/{script_id}", "/api/scripts/{script_id}/versions"]) {
      void client.invalidateQueries({ queryKey: ["get", read] });
    }
  };

  const save: Draft["save"] = async (basedOn) => {
    if (!base || put.isPending) return null;
    try {
      const body = { content, based_on: basedOn ?? base.version };
      const saved = await put.mutateAsync({ params: { path }, body });
      accept(saved);
      return saved;
    } catch (refusal) {
      const problem = asProblem(refusal);
      if (problem.code === "syntax_error") setFault(faultOf(problem));
      else if (problem.code === "version_conflict") await refetch();
      else toastFailed("save the script", refusal);
      return null;
    }
  };

  const discard = async () => {
    const newest = await refetch();
    setBase(newest.data ?? base);
    setText(null);
    setFault(null);
    setEdition((count) => count + 1);
  };

  return {
    base,
    newest: data,
    error,
    retry: () => void refetch(),
    text: content,
    dirty,
    change: (next) => {
      setFault(null);
      setText(next);
    },
    save,
    saving: put.isPending,
    fault,
    discard,
    edition,
  };
}

/** A position from the facts of a syntax error; the beginning when it has none. */
function faultOf(problem: ApiProblem): Fault {
  const { line, column } = problem.facts;
  return {
    line: typeof line === "number" ? line : 1,
    column: typeof column === "number" ? column : 1,
    message: problem.message,
  };
}
