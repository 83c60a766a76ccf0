import type { RunStatus } from "@/api/types";
import { RUN_STATES } from "../StatusBadge";

/** The states to choose from in a filter, in the order of a run's life. */
export const STATE_OPTIONS = (Object.keys(RUN_STATES) as (RunStatus | "uploaded")[]).map((value) => ({
  value,
  label: RUN_STATES[value].label,
}));
