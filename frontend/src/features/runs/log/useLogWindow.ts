import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import type { Range, ReactVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";

export const ROW_HEIGHT = 17;

/** Rows are virtualised in blocks: an entry for every row would be made anew at every line that arrives. */
export const BLOCK = 25;

/** Browsers give up on elements higher than about 17.8 million pixels: more rows are shown a part at a time. */
const MOST_ROWS = 1_050_000;
const EDGE = 2_000;

export interface LogWindow {
  virtualizer: ReactVirtualizer<HTMLDivElement, HTMLDivElement>;
  /** The row with which the part on screen begins. */
  base: number;
  /** Rows of the part. */
  size: number;
  /** Pixels of the part. */
  height: number;
  /** Bring a row to the middle of the screen. */
  goTo: (row: number) => void;
  /** To be called when the person has scrolled. */
  scrolled: () => void;
}

function baseAround(row: number): number {
  return Math.max(0, Math.floor((row - MOST_ROWS / 2) / BLOCK) * BLOCK);
}

/** With `follow` the end of the `count` rows stays on screen. */
export function useLogWindow(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  follow: boolean,
  wrap: boolean,
): LogWindow {
  const [place, setPlace] = useState<{ base: number; row: number | null }>({ base: 0, row: null });
  const reached = useRef(place);
  const tooFar = follow ? count - place.base > MOST_ROWS : place.base > 0 && place.base >= count;
  const base = tooFar ? baseAround(count) : place.base;
  if (tooFar) setPlace({ base, row: null });
  const size = Math.min(count - base, MOST_ROWS);

  const rangeExtractor = useCallback(
    (range: Range) => {
      if (!follow) return defaultRangeExtractor(range);
      const shown = Math.ceil(globalThis.innerHeight / ROW_HEIGHT / BLOCK) + 1;
      const first = Math.max(0, range.count - shown);
      return Array.from({ length: range.count - first }, (_, index) => first + index);
    },
    [follow],
  );
  // What is measured of a block that still grows must not be taken for the height of the full one.
  const growing = size % BLOCK === 0 ? -1 : Math.floor(size / BLOCK);
  const getItemKey = useCallback(
    (index: number) => (index === growing ? `growing ${index}` : index),
    [growing],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- not compiled by the React compiler
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: Math.ceil(size / BLOCK),
    getScrollElement: () => scroller.current,
    estimateSize: () => BLOCK * ROW_HEIGHT,
    getItemKey,
    overscan: 1,
    rangeExtractor,
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (follow) element.scrollTop = element.scrollHeight;
    else if (reached.current !== place && place.row !== null) {
      const row = place.row - place.base;
      if (wrap) virtualizer.scrollToIndex(Math.floor(row / BLOCK), { align: "center" });
      else element.scrollTop = row * ROW_HEIGHT - element.clientHeight / 2;
    }
    reached.current = place;
  });

  const goTo = useCallback((row: number) => {
    setPlace((now) => ({
      base: row < now.base || row >= now.base + MOST_ROWS ? baseAround(row) : now.base,
      row,
    }));
  }, []);

  const scrolled = () => {
    const element = scroller.current;
    if (!element || follow || count <= MOST_ROWS) return;
    const middle = base + Math.floor((element.scrollTop + element.clientHeight / 2) / ROW_HEIGHT);
    const nearStart = base > 0 && middle < base + EDGE;
    const nearEnd = base + size < count && middle > base + size - EDGE;
    if (nearStart || nearEnd) setPlace({ base: baseAround(middle), row: middle });
  };

  const height = wrap ? virtualizer.getTotalSize() : size * ROW_HEIGHT;
  return { virtualizer, base, size, height, goTo, scrolled };
}
