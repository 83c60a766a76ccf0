import type { PoolSettings, PriorityRule } from "@/api/types";
import { isPositiveDecimal, plainDecimal } from "@/lib/decimal";

export interface SettingsValues {
  max_groups: number | "";
  pyramids_bypass: boolean;
  /** In the order of their weight; those left out do not count. */
  priority: PriorityRule[];
  max_queue: number | "";
  expiry_hours: number | "";
  max_drift_percent: string;
  replace: boolean;
}

export const RULES: Record<PriorityRule, { label: string; words: string }> = {
  continuation: {
    label: "Adds to an open position",
    words: "An entry of a pair and timeframe that is open already comes first.",
  },
  deepest_loss: {
    label: "Fell furthest since its alert",
    words: "The price moved against it the most, so it would enter the cheapest.",
  },
  most_replaced: {
    label: "Alerted most often",
    words: "Later alerts of the same kind took its place most often.",
  },
  highest_expected_profit: {
    label: "Most to gain",
    words: "Its capital and take profits promise the most.",
  },
  first_in: { label: "Waits longest", words: "First in, first out." },
};

export function valuesOf(settings: PoolSettings): SettingsValues {
  const { expiry_seconds: expiry, max_drift_percent: drift } = settings;
  return {
    max_groups: settings.max_groups ?? "",
    pyramids_bypass: settings.pyramids_bypass ?? true,
    priority: settings.priority ?? [],
    max_queue: settings.max_queue ?? "",
    expiry_hours: expiry == null ? "" : expiry / 3600,
    max_drift_percent: drift == null ? "" : plainDecimal(drift),
    replace: settings.replace ?? true,
  };
}

export function settingsOf(values: SettingsValues): PoolSettings {
  return {
    max_groups: values.max_groups === "" ? 10 : values.max_groups,
    pyramids_bypass: values.pyramids_bypass,
    priority: values.priority,
    max_queue: values.max_queue === "" ? null : values.max_queue,
    expiry_seconds: values.expiry_hours === "" ? null : Math.round(values.expiry_hours * 3600),
    max_drift_percent: values.max_drift_percent.trim() || null,
    replace: values.replace,
  };
}

export const settingsRules = {
  max_groups: (value: number | "") => (value === "" ? "At least 1." : null),
  max_drift_percent: (text: string) =>
    text.trim() === "" || (isPositiveDecimal(text) && Number(text) <= 1000) ? null : "A number above 0.",
  priority: (rules: PriorityRule[]) => (rules.length === 0 ? "At least one rule." : null),
};

/** With the rule moved by `step` places; the same when there is no such place. */
export function moved(rules: readonly PriorityRule[], rule: PriorityRule, step: number): PriorityRule[] {
  const from = rules.indexOf(rule);
  const to = from + step;
  if (from < 0 || to < 0 || to >= rules.length) return [...rules];
  const next = rules.filter((it) => it !== rule);
  next.splice(to, 0, rule);
  return next;
}
