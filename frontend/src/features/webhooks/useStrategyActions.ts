import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { Strategy, Webhook } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";

/** What is asked about before it is done to a strategy. */
export function useStrategyActions(strategy: Strategy) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const at = { params: { path: { strategy_id: strategy.id } } };
  const show = (webhook: Webhook) =>
    client.setQueryData(
      $api.queryOptions("get", "/api/strategies/{strategy_id}/webhook", at).queryKey,
      webhook,
    );
  const secret = $api.useMutation("post", "/api/strategies/{strategy_id}/rotate-secret", {
    onSuccess: (webhook) => {
      show(webhook);
      toastDone("There is a new secret. Paste the new message into your alerts.", strategy.name);
    },
    onError: (error) => toastFailed("make a new secret", error),
  });
  const token = $api.useMutation("post", "/api/strategies/{strategy_id}/rotate-token", {
    onSuccess: (webhook) => {
      show(webhook);
      toastDone("There is a new address. Paste it into your alerts.", strategy.name);
    },
    onError: (error) => toastFailed("make a new address", error),
  });
  const removing = $api.useMutation("delete", "/api/strategies/{strategy_id}", {
    onSuccess: () => {
      toastDone("Deleted.", strategy.name);
      void navigate("/webhooks");
      void client.invalidateQueries({ queryKey: ["get", "/api/strategies"] });
    },
    onError: (error) => toastFailed(`delete ${strategy.name}`, error),
  });

  const rotateSecret = () =>
    askToConfirm({
      title: `New secret for ${strategy.name}?`,
      children:
        "The old secret is refused from this moment on: alerts that carry it come to nothing until you paste the new message into each of them at TradingView.",
      confirm: "Make a new secret",
      onConfirm: () => secret.mutate(at),
    });
  const rotateToken = () =>
    askToConfirm({
      title: `New address for ${strategy.name}?`,
      children:
        "The old address stops working from this moment on: alerts that are sent to it are lost until you paste the new one into each of them at TradingView.",
      confirm: "Make a new address",
      onConfirm: () => token.mutate(at),
    });
  const remove = () =>
    askToConfirm({
      title: `Delete ${strategy.name}?`,
      children:
        "Its address stops working and its alerts are lost from now on. What it holds at the exchange and orders that rest there are not touched: close them first if you want that. Its history stays.",
      confirm: "Delete the webhook",
      onConfirm: () => removing.mutate(at),
    });
  return { rotateSecret, rotateToken, remove };
}
