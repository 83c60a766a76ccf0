import { $api } from "@/api/client";
import type { ApiProblem } from "@/api/problem";

export interface HealthPart {
  name: string;
  ok: boolean;
  detail: string;
}

const WELL = 30_000;
const ILL = 5000;

/** Asked for again and again, more often while something fails: a failing part cannot push the news of it. */
export function useReadiness() {
  return $api.useQuery(
    "get",
    "/api/health/ready",
    {},
    { retry: false, refetchInterval: ({ state }) => (state.status === "success" ? WELL : ILL) },
  );
}

/** A 503 names the failing part too; any other problem says nothing about parts. */
export function partsOf({ status, facts }: ApiProblem): HealthPart[] | null {
  return status === 503 && Array.isArray(facts.parts) ? (facts.parts as HealthPart[]) : null;
}
