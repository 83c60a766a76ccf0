import { $api } from "@/api/client";
import type { Halt, HaltState } from "@/api/types";

/** The kill switch: what is engaged, and what engaging it would do now. */
export function useHalt() {
  return $api.useQuery("get", "/api/halt");
}

/** The halt that counts: the installation's comes first, since only an administrator lifts it. */
export function engagedHalt(state: HaltState | undefined): Halt | null {
  return state?.installation ?? state?.account ?? null;
}
