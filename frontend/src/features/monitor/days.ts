import type { Monitor } from "@/api/types";

type Day = Monitor["days"][number];

/** One day of the charts. Counts are 0 and durations null on a day without runs. */
export interface ChartDay {
  label: string;
  completed: number;
  failed: number;
  cancelled: number;
  median: number | null;
  p95: number | null;
}

const DAY_MS = 86_400_000;
const label = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** The last `count` UTC days up to `at`, those without runs included, so that the axis is even. */
export function chartDays(days: readonly Day[], at: string, count = 30): ChartDay[] {
  const byDay = new Map(days.map((day) => [day.day.slice(0, 10), day]));
  const today = Math.floor(Date.parse(at) / DAY_MS) * DAY_MS;
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(today - (count - 1 - index) * DAY_MS);
    const day = byDay.get(date.toISOString().slice(0, 10));
    return {
      label: label.format(date),
      completed: day?.completed ?? 0,
      failed: day?.failed ?? 0,
      cancelled: day?.cancelled ?? 0,
      median: day?.median_seconds ?? null,
      p95: day?.p95_seconds ?? null,
    };
  });
}
