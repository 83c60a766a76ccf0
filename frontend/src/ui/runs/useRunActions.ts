import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { applyRun } from "@/api/live-cache";
import type { Run } from "@/api/types";
import { toastFailed } from "../toast";

/**
 * Starting and stopping. Every list that shows the run is brought up to date and a refusal is said; what is returned is
 * the run, or null when it was refused. The caller may be gone from the screen by then, as the button is that became
 * another one.
 */
export function useRunActions() {
  const client = useQueryClient();
  const execute = $api.useMutation("post", "/api/scripts/{script_id}/execute", {
    onSuccess: (run) => applyRun(client, run),
    onError: (error) => toastFailed("run the script", error),
  });
  const cancel = $api.useMutation("post", "/api/runs/{run_id}/cancel", {
    onSuccess: (run) => applyRun(client, run),
    onError: (error) => toastFailed("stop the run", error),
  });
  const start = (scriptId: string): Promise<Run | null> =>
    execute.mutateAsync({ params: { path: { script_id: scriptId } } }).catch(() => null);
  const stop = (runId: string): Promise<Run | null> =>
    cancel.mutateAsync({ params: { path: { run_id: runId } } }).catch(() => null);
  return { start, starting: execute.isPending, stop, stopping: cancel.isPending };
}
