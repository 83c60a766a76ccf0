import { useNow } from "@/ui/useNow";

/** When the viewer's day began, as an ISO time. */
export function useToday(): string {
  const now = useNow();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}
