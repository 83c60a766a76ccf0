import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { RankedEntry } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { positionName } from "@/ui/trading/PositionName";
import { usePool } from "./usePool";

/** What can be done with an entry that waits. */
export function useQueueActions() {
  const client = useQueryClient();
  const pool = usePool().data;
  const reload = () =>
    void client.invalidateQueries({
      predicate: ({ queryKey }) => /^\/api\/(queue|pool|groups)/.test(String(queryKey[1])),
    });
  const failing = (action: string) => (error: unknown) => {
    toastFailed(action, error);
    reload();
  };
  const promoting = $api.useMutation("post", "/api/queue/{queue_id}/promote", {
    onSuccess: (entry) => {
      toastDone("Opened. Its orders are on their way.", positionName(entry));
      reload();
    },
    onError: failing("open the position"),
  });
  const forcing = $api.useMutation("post", "/api/queue/{queue_id}/force", {
    onSuccess: (entry) => {
      toastDone("Opened beyond the limit. Its orders are on their way.", positionName(entry));
      reload();
    },
    onError: failing("open the position"),
  });
  const removing = $api.useMutation("post", "/api/queue/{queue_id}/remove", {
    onSuccess: (entry) => {
      toastDone("Removed from the queue.", positionName(entry));
      reload();
    },
    onError: failing("remove the entry"),
  });
  const reordering = $api.useMutation("post", "/api/queue/reorder", {
    onSuccess: reload,
    onError: failing("change the order"),
  });

  const at = (entry: RankedEntry) => ({ params: { path: { queue_id: entry.id } } });
  const full = pool !== undefined && pool.used >= pool.limit;
  const promote = (entry: RankedEntry) =>
    askToConfirm({
      title: `Open ${entry.side} ${positionName(entry)} now?`,
      children:
        "It takes a free slot before those that stand higher, and its grid is placed at the exchange.",
      confirm: "Open the position",
      destructive: false,
      onConfirm: () => promoting.mutate(at(entry)),
    });
  const force = (entry: RankedEntry) =>
    askToConfirm({
      title: `Open ${entry.side} ${positionName(entry)} beyond the limit?`,
      children: `${pool?.used ?? 0} of ${pool?.limit ?? 0} positions are active. This one is opened all the same, and its grid is placed at the exchange. No other entry is promoted until the count is below the limit again.`,
      confirm: "Open beyond the limit",
      onConfirm: () => forcing.mutate(at(entry)),
    });
  const remove = (entry: RankedEntry) =>
    askToConfirm({
      title: `Remove ${entry.side} ${positionName(entry)} from the queue?`,
      children: "Nothing was bought for it. It is not opened when a slot becomes free.",
      confirm: "Remove from the queue",
      onConfirm: () => removing.mutate(at(entry)),
    });
  const reorder = (ids: string[]) => reordering.mutate({ body: { ids } });
  return { full, promote, force, remove, reorder, isReordering: reordering.isPending };
}
