import { $api } from "@/api/client";

/** Orders of which it is not known whether the exchange took them. */
export function useUnknown() {
  return $api.useQuery("get", "/api/orders", { params: { query: { status: ["unknown"], limit: 20 } } });
}
