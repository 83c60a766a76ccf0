import { $api } from "@/api/client";

/** The exchanges that keys can be for. */
export function useVenues() {
  const query = $api.useQuery("get", "/api/exchanges", {}, { staleTime: 10 * 60_000 });
  const venues = query.data ?? [];
  const titleOf = (venue: string) => venues.find((it) => it.venue === venue)?.title ?? venue;
  return { query, venues, titleOf };
}
