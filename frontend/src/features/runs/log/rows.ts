import type { LogScan } from "./scan";
import type { LogStore } from "./store";
import type { LogLine } from "./types";

/** The rows on screen: all lines, or those that pass the filters. Row 0 is the first. */
export interface Rows {
  count: number;
  /** The number of the line in a row. */
  numberAt: (row: number) => number | undefined;
  /** The line in a row; undefined while it is not loaded. */
  lineAt: (row: number) => LogLine | undefined;
  /** The row that shows the line, or the next one shown after it. */
  rowOf: (number: number) => number;
}

export function rowsOf(store: LogStore, scan: LogScan | null): Rows {
  const passing = scan?.rows;
  if (!passing) {
    return {
      count: store.rows,
      numberAt: (row) => row + 1,
      lineAt: (row) => store.line(row + 1),
      rowOf: (number) => number - 1,
    };
  }
  const open = scan.openLines();
  const count = passing.length;
  return {
    count: count + open.length,
    numberAt: (row) => (row < count ? passing.at(row) : open[row - count]?.number),
    lineAt: (row) => {
      const number = passing.at(row);
      return number === undefined ? open[row - count] : store.line(number);
    },
    rowOf: (number) => passing.lowerBound(number),
  };
}
