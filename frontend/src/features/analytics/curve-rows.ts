import type { Analytics } from "@/api/types";

export interface CurveRow {
  /** Milliseconds since 1970. */
  at: number;
  realised: number;
  total: number | null;
  /** How far below the highest, as a number that is not positive. */
  drawdown: number;
}

/**
 * Both curves on one axis of time, with nothing realised before the first close. What was realised stays until the
 * next close; where only that is known, `total` is null. The numbers are for drawing only.
 */
export function curveRows({ curve, total_curve }: Pick<Analytics, "curve" | "total_curve">): CurveRow[] {
  const marks = [
    ...curve.map((point) => ({ at: Date.parse(point.at), point, total: null })),
    ...total_curve.map(({ at, total }) => ({ at: Date.parse(at), point: null, total: Number(total) })),
  ].sort((one, other) => one.at - other.at);
  const [first] = marks;
  const last = marks.at(-1);
  if (!first || !last) return [];
  const begin = first.at - Math.max(60_000, Math.round((last.at - first.at) / 50));
  const rows: CurveRow[] = [{ at: begin, realised: 0, total: null, drawdown: 0 }];
  for (const { at, point, total } of marks) {
    const before = rows.at(-1);
    rows.push({
      at,
      realised: point ? Number(point.equity) : (before?.realised ?? 0),
      total,
      drawdown: point ? 0 - Number(point.drawdown) : (before?.drawdown ?? 0),
    });
  }
  return rows;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The label of a moment on an axis that spans so many milliseconds, in the viewer's own zone. */
export function tickLabel(at: number, span: number): string {
  return span < 36 * 3_600_000 ? clock.format(at) : day.format(at);
}
