import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";

const PRICES_EVERY = 5000;

/** State, limits, losing positions and the plan. What happens is pushed; prices are not, so it is asked for again. */
export function useRisk() {
  return $api.useQuery(
    "get",
    "/api/risk",
    {},
    { refetchInterval: ({ state }) => (state.data?.limits.length ? PRICES_EVERY : false) },
  );
}

export function useRiskSettings() {
  return $api.useQuery("get", "/api/risk/settings", {}, { refetchOnWindowFocus: false });
}

/** Ask for everything of risk anew, wherever it is shown. */
export function useRiskReload(): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === "get" && /^\/api\/(risk|audit)/.test(String(queryKey[1])),
    });
}
