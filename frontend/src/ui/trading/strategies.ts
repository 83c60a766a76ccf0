import { $api } from "@/api/client";
import type { Strategy } from "@/api/types";

/** The account's strategies; every page that names one shares this answer. */
export function useStrategies() {
  return $api.useQuery("get", "/api/strategies", { params: { query: { limit: 200 } } });
}

export function strategyLabel(strategies: readonly Strategy[] | undefined, id: string | null): string {
  if (id === null) return "no strategy";
  if (!strategies) return "…";
  return strategies.find((strategy) => strategy.id === id)?.name ?? "deleted strategy";
}
