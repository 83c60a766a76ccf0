import { $api } from "@/api/client";

/** How many positions are active, how many may be, and how many entries wait. */
export function usePool() {
  return $api.useQuery("get", "/api/pool");
}
