import { useState } from "react";
import type { LogScan } from "./scan";

export interface Search {
  /** Hits so far. */
  count: number;
  /** Position of the shown hit, from 1; 0 before the first step. */
  position: number;
  /** Share of the log that has been read, below 1 while it is still being read. */
  progress: number;
  target: { number: number } | null;
  step: (direction: 1 | -1) => void;
  /** Step as soon as the search, begun in the same moment, has something to show. */
  stepSoon: (direction: 1 | -1) => void;
}

/** Walks through the hits of a search, beginning at the line `from()`. */
export function useSearch(scan: LogScan | null, from: () => number): Search {
  const [shown, setShown] = useState<{ scan: LogScan; number: number } | null>(null);
  const [pending, setPending] = useState<1 | -1 | null>(null);
  const target = shown && shown.scan === scan ? shown : null;
  const count = scan?.hits.length ?? 0;

  const step = (direction: 1 | -1) => {
    const number = scan ? next(scan, direction, target?.number ?? null, from()) : undefined;
    if (scan && number !== undefined) setShown({ scan, number });
    setPending(number === undefined ? direction : null);
  };
  // A step asked for early is taken once the log has been read up to the screen.
  const reached = scan && (scan.upToDate || (scan.hits.at(count - 1) ?? 0) >= from());
  if (pending !== null && reached && count > 0) step(pending);

  return {
    count,
    position: target && scan ? scan.hits.lowerBound(target.number) + 1 : 0,
    progress: !scan || scan.upToDate ? 1 : scan.progress,
    target,
    step,
    stepSoon: setPending,
  };
}

/** The hit after or before the shown one, or else after or before a line; round at the ends. */
function next(scan: LogScan, direction: 1 | -1, shown: number | null, from: number): number | undefined {
  const count = scan.hits.length;
  if (count === 0) return undefined;
  const at = scan.hits.lowerBound(shown ?? from);
  if (direction === -1) return scan.hits.at((at - 1 + count) % count);
  return scan.hits.at((shown === null ? at : at + 1) % count);
}
