import { CountBadge } from "@/ui/CountBadge";
import { usePool } from "./usePool";

export function WaitingCount() {
  return <CountBadge count={usePool().data?.waiting ?? 0} what="waiting for a slot" />;
}
