import { CountBadge } from "@/ui/CountBadge";
import { useUnknown } from "./useUnknown";

export function UnknownCount() {
  return <CountBadge count={useUnknown().data?.total ?? 0} what="of unknown outcome" />;
}
