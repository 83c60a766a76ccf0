import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { DcaConfig } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { ANY_PAIR } from "./config-form";

/** Ask for the configurations anew, wherever they are shown. */
export function useConfigReload(): () => void {
  const client = useQueryClient();
  return () =>
    void client.invalidateQueries({
      predicate: ({ queryKey }) =>
        String(queryKey[1]).startsWith("/api/dca-configs") && queryKey[0] === "get",
    });
}

/** What can be done with a configuration besides editing it. */
export function useConfigActions() {
  const navigate = useNavigate();
  const reload = useConfigReload();
  const changing = $api.useMutation("put", "/api/dca-configs/{config_id}", {
    onSuccess: ({ enabled, pair }) => {
      toastDone(enabled ? "In use from the next entry on." : "Switched off.", nameOf(pair));
      reload();
    },
    onError: (error) => {
      toastFailed("change the configuration", error);
      reload();
    },
  });
  const removing = $api.useMutation("delete", "/api/dca-configs/{config_id}", {
    onSuccess: () => {
      toastDone("The configuration is deleted.");
      void navigate("/configurations");
      reload();
    },
    onError: (error) => toastFailed("delete the configuration", error),
  });

  const turn = ({ id, pair, timeframe, key_id, plan, version }: DcaConfig, enabled: boolean) =>
    changing.mutate({
      params: { path: { config_id: id } },
      body: { pair, timeframe, key_id, enabled, plan, version },
    });
  const remove = ({ id, pair }: DcaConfig) =>
    askToConfirm({
      title: `Delete the configuration for ${pair === ANY_PAIR ? "any pair" : pair}?`,
      children:
        "Positions that are open keep it until they are closed. New entries follow the next best configuration; where none fits they are refused.",
      confirm: "Delete the configuration",
      onConfirm: () => removing.mutate({ params: { path: { config_id: id } } }),
    });
  return { turn, remove };
}

/** `BTC/USDT`, `Any pair`. */
export function nameOf(pair: string): string {
  return pair === ANY_PAIR ? "Any pair" : pair;
}
