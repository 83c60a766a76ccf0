import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { ExchangeKey } from "@/api/types";
import { plural } from "@/lib/format";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { useStrategies } from "@/ui/trading/strategies";

/** What can be done with a key that exists. Results of tests come by push. */
export function useKeyActions() {
  const client = useQueryClient();
  const strategies = useStrategies();
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/keys"] });
  const testing = $api.useMutation("post", "/api/keys/{key_id}/test", {
    onSuccess: reload,
    onError: (error) => toastFailed("test the key", error),
  });
  const changing = $api.useMutation("patch", "/api/keys/{key_id}", {
    onSuccess: reload,
    onError: (error) => toastFailed("change the key", error),
  });
  const removing = $api.useMutation("delete", "/api/keys/{key_id}", {
    onError: (error) => toastFailed("delete the key", error),
  });
  const paper = $api.useMutation("post", "/api/keys/paper", {
    onSuccess: () => {
      toastDone("Your paper keys are being made. They are ready in a moment.");
      reload();
    },
    onError: (error) => toastFailed("create paper keys", error),
  });

  const at = (key: ExchangeKey) => ({ params: { path: { key_id: key.id } } });
  const test = (key: ExchangeKey) => testing.mutate(at(key));

  const allowWithdraw = (key: ExchangeKey) =>
    askToConfirm({
      title: `Use ${key.label} although it can withdraw?`,
      children:
        "Trading never needs to withdraw. Whoever gets hold of this key can move your funds away. Better make a key without that permission.",
      confirm: "I accept that risk",
      onConfirm: () => changing.mutate({ ...at(key), body: { allow_withdraw: true } }),
    });

  const remove = (key: ExchangeKey) => {
    const users = strategies.data?.items.filter(({ key_id }) => key_id === key.id) ?? [];
    askToConfirm({
      title: `Delete ${key.label}?`,
      children: `${
        users.length === 0
          ? "No strategy uses it."
          : `${plural(users.length, "strategy", "strategies")} (${users.map(({ name }) => name).join(", ")}) ${users.length === 1 ? "loses its" : "lose their"} key and will not trade until another is chosen.`
      } The key and its secret are erased here; orders that rest at the exchange and what is held there stay as they are, and nobody watches them any more. Its history stays.`,
      confirm: "Delete the key",
      onConfirm: () =>
        removing.mutate(at(key), {
          onSuccess: () => {
            toastDone("Deleted.", key.label);
            reload();
            void client.invalidateQueries({ queryKey: ["get", "/api/strategies"] });
          },
        }),
    });
  };

  return {
    test,
    allowWithdraw,
    remove,
    makePaper: () => paper.mutate({}),
    makingPaper: paper.isPending,
  };
}

export type KeyActions = ReturnType<typeof useKeyActions>;
