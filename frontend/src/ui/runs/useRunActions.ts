import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { applyRun } from "@/api/live-cache";
import { toastFailed } from "../toast";

/** Starting and stopping, with the outcome said and every list that shows the run brought up to date. */
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
  return { execute, cancel };
}
