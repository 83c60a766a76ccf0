import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { isActive } from "@/api/types";
import type { Script } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";

/** Deletes a script after asking; `done` is called once it is gone. */
export function useDeleteScript(done?: () => void) {
  const client = useQueryClient();
  const remove = $api.useMutation("delete", "/api/scripts/{script_id}");
  const act = async (script: Script) => {
    try {
      await remove.mutateAsync({ params: { path: { script_id: script.id } } });
      toastDone("Deleted.", script.name);
      done?.();
      await client.invalidateQueries({ queryKey: ["get", "/api/scripts"] });
    } catch (error) {
      toastFailed(`delete ${script.name}`, error);
    }
  };
  const ask = (script: Script) =>
    askToConfirm({
      title: `Delete ${script.name}?`,
      confirm: "Delete the script",
      children: `The script, its ${script.version === 1 ? "code" : `${script.version} versions`} and its settings go away. Its runs and their logs stay. This cannot be taken back.`,
      onConfirm: () => void act(script),
    });
  return ask;
}

/** Why it cannot be deleted now; null when it can. */
export function whyKept(script: Script): string | null {
  return script.latest_run && isActive(script.latest_run.status) ? "Stop its run first." : null;
}
