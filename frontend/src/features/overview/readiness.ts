import { $api } from "@/api/client";
import type { ApiProblem } from "@/api/problem";

export interface HealthPart {
  name: string;
  ok: boolean;
  detail: string;
}

/** Asked for every half minute: a part that fails cannot push the news of it. */
export function useReadiness() {
  return $api.useQuery("get", "/api/health/ready", {}, { refetchInterval: 30_000, retry: false });
}

/** A 503 names the failing part too; any other problem says nothing about parts. */
export function partsOf({ status, facts }: ApiProblem): HealthPart[] | null {
  return status === 503 && Array.isArray(facts.parts) ? (facts.parts as HealthPart[]) : null;
}
