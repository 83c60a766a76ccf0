import { $api } from "@/api/client";
import { CountBadge } from "@/ui/CountBadge";

export function OpenCount() {
  const open = $api.useQuery("get", "/api/tickets", { params: { query: { status: ["open"], limit: 1 } } });
  return <CountBadge count={open.data?.total ?? 0} what="wait for a decision" />;
}
