import { cutTo, formatDecimal } from "@/lib/decimal";

export const RANGES = [
  { value: "24h", label: "24 h", words: "the last 24 hours", hours: 24 },
  { value: "7d", label: "7 d", words: "the last 7 days", hours: 7 * 24 },
  { value: "30d", label: "30 d", words: "the last 30 days", hours: 30 * 24 },
  { value: "all", label: "All", words: "all time", hours: null },
];

const STEP = 5 * 60_000;

/** The range that the address names, or 30 days. */
export function rangeOf(value: string | null) {
  const [, , month] = RANGES;
  return RANGES.find((range) => range.value === value) ?? (month as (typeof RANGES)[number]);
}

/** When the range begins, as an ISO time that changes every five minutes only; none for all time. */
export function sinceOf(hours: number | null, now: Date): string | undefined {
  if (hours === null) return undefined;
  return new Date(Math.floor(now.getTime() / STEP) * STEP - hours * 3_600_000).toISOString();
}

/** `live:USD` → `Live USD`. */
export function purseLabel(purse: string): string {
  const [environment = "", unit = ""] = purse.split(":");
  return `${environment.charAt(0).toUpperCase()}${environment.slice(1)} ${unit}`;
}

/** A share in percent, such as a win rate: `66.6 %`; an absent one as a dash. */
export function percentText(percent: string | null): string {
  return percent === null ? "–" : `${formatDecimal(cutTo(percent, 1))} %`;
}

/** `live:USD` → `USD`. */
export function unitOf(purse: string | null): string {
  return purse?.split(":")[1] ?? "";
}
