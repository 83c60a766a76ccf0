import type { Analytics } from "@/api/types";

type Cell = Analytics["heat"][number];

export interface HeatCell extends Cell {
  /** 0 to 1: its result beside the largest gain or loss of all. */
  strength: number;
}

export interface HeatRow {
  symbol: string;
  /** One for each timeframe; null where nothing was traded. */
  cells: (HeatCell | null)[];
}

/** Pairs down, timeframes across. */
export function heatOf(cells: readonly Cell[]): { timeframes: number[]; rows: HeatRow[] } {
  const timeframes = [...new Set(cells.map(({ timeframe }) => timeframe))].sort((one, other) => one - other);
  const symbols = [...new Set(cells.map(({ symbol }) => symbol))].sort();
  const most = Math.max(0, ...cells.map(({ total }) => Math.abs(Number(total))));
  const rows = symbols.map((symbol) => ({
    symbol,
    cells: timeframes.map((timeframe) => {
      const cell = cells.find((it) => it.symbol === symbol && it.timeframe === timeframe);
      return cell ? { ...cell, strength: most === 0 ? 0 : Math.abs(Number(cell.total)) / most } : null;
    }),
  }));
  return { timeframes, rows };
}
