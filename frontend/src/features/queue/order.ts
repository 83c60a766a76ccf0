import type { RankedEntry } from "@/api/types";

type Placed = Pick<RankedEntry, "id" | "pinned">;

/**
 * What has a place by hand once the entry at `from` stands at `to`: all down to the lower of these, and whatever had
 * such a place before.
 */
export function pinnedAfter(entries: readonly Placed[], from: number, to: number): string[] {
  const moved = entries[from];
  if (!moved || to < 0 || to >= entries.length) return [];
  const order = entries.filter((_, index) => index !== from);
  order.splice(to, 0, moved);
  const pinned = order.findLastIndex((entry) => entry.pinned !== null);
  return order.slice(0, Math.max(from, to, pinned) + 1).map(({ id }) => id);
}

/** Whether somebody gave any of them its place by hand. */
export function isByHand(entries: readonly Placed[]): boolean {
  return entries.some(({ pinned }) => pinned !== null);
}
