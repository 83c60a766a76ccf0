import type { PositionGroup } from "@/api/types";

type Progressing = Pick<PositionGroup, "side" | "figures" | "targets">;

/** How far the price has come from the average to the nearest target, 0 to 1; null when one of them is not known. */
export function progressOf({ side, figures: { average, last }, targets }: Progressing): number | null {
  const prices = targets
    .filter(({ kind, fired_at }) => kind === "take_profit" && fired_at === null)
    .map(({ price }) => Number(price));
  if (average === null || last === null || prices.length === 0) return null;
  const target = side === "long" ? Math.min(...prices) : Math.max(...prices);
  return shareOf(Number(average), target, Number(last));
}

/** Of one leg, from what it cost to its own target. */
export function legProgress(
  average: string | null,
  target: string | null,
  last: string | null,
): number | null {
  if (average === null || target === null || last === null) return null;
  return shareOf(Number(average), Number(target), Number(last));
}

function shareOf(from: number, to: number, now: number): number | null {
  return from === to ? null : Math.min(1, Math.max(0, (now - from) / (to - from)));
}
