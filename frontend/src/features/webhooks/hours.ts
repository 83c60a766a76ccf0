import type { ChartHour } from "@/api/types";

export interface ChartBar {
  label: string;
  executed: number;
  refused: number;
  /** Received and neither executed nor refused: under way, resting, nothing to do. */
  other: number;
}

const HOUR = 3_600_000;
const label = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** The last `count` hours up to now, those without alerts included, so that the axis is even. */
export function chartBars(hours: readonly ChartHour[], now: Date, count = 24): ChartBar[] {
  const byHour = new Map(hours.map((it) => [Math.floor(Date.parse(it.hour) / HOUR), it]));
  const current = Math.floor(now.getTime() / HOUR);
  return Array.from({ length: count }, (_, index) => {
    const hour = current - (count - 1 - index);
    const { received = 0, executed = 0, refused = 0 } = byHour.get(hour) ?? {};
    return {
      label: label.format(new Date(hour * HOUR)),
      executed,
      refused,
      other: Math.max(0, received - executed - refused),
    };
  });
}
