export const PERIODS = [
  { value: "1", label: "Last hour" },
  { value: "24", label: "Last 24 hours" },
  { value: "168", label: "Last 7 days" },
  { value: "720", label: "Last 30 days" },
];

const MINUTE = 60_000;

/** When a period began, by the full minute, so that a page asks the same question for a while. */
export function sinceOf(hours: string | null, now = Date.now()): string | undefined {
  if (!PERIODS.some(({ value }) => value === hours)) return undefined;
  return new Date(Math.floor(now / MINUTE) * MINUTE - Number(hours) * 3_600_000).toISOString();
}
