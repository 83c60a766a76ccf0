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
}

/** Walks through the hits of a search, beginning at the line `from()`. */
export function useSearch(scan: LogScan | null, from: () => number): Search {
  const [shown, setShown] = useState<{ scan: LogScan; number: number } | null>(null);
  const target = shown && shown.scan === scan ? shown : null;
  const count = scan?.hits.length ?? 0;
  const step = (direction: 1 | -1) => {
    if (!scan || count === 0) return;
    const start = target?.number ?? from();
    const at = scan.hits.lowerBound(start);
    const forward = target && direction === 1 ? at + 1 : at;
    const index = direction === 1 ? forward % count : (at - 1 + count) % count;
    const number = scan.hits.at(index);
    if (number !== undefined) setShown({ scan, number });
  };
  return {
    count,
    position: target && scan ? scan.hits.lowerBound(target.number) + 1 : 0,
    progress: !scan || scan.upToDate ? 1 : scan.progress,
    target,
    step,
  };
}
