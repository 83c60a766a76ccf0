import type { Strategy } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { formatDuration } from "@/lib/format";

export const UNITS = [
  { value: "quote", label: "in quote currency, such as USDT" },
  { value: "base", label: "in base currency, such as BTC" },
  { value: "contracts", label: "contracts" },
  { value: "percent", label: "% of the free balance" },
] as const;

export const MODES: { value: Strategy["mode"]; label: string; words: string }[] = [
  { value: "direct", label: "One order", words: "Each alert is one order, at once." },
  {
    value: "grid",
    label: "Grid position",
    words:
      "An entry opens a position by the configuration that fits: legs, pyramids, take profits. It works alone from then on.",
  },
];

const SHORT: Record<Strategy["amount_unit"], string> = {
  quote: "quote",
  base: "base",
  contracts: "contracts",
  percent: "% of free balance",
};

/** How much an alert without an amount of its own trades. */
export function amountInWords({
  amount,
  amount_unit: unit,
}: Pick<Strategy, "amount" | "amount_unit">): string {
  if (amount === null) return "as the alert says";
  return unit === "percent"
    ? `${formatDecimal(amount)} ${SHORT.percent}`
    : `${formatDecimal(amount)} ${SHORT[unit]}`;
}

/** Stands for the addresses that TradingView sends alerts from. */
export const TRADINGVIEW = "tradingview";

/** Has nothing come for longer than expected? One that never got an alert is not overdue. */
export function isOverdue(strategy: Strategy, now: Date): boolean {
  const { enabled, expected_every_seconds: every, last_received_at: last } = strategy;
  if (!enabled || every === null || last === null) return false;
  return now.getTime() - Date.parse(last) > every * 1000;
}

/** Seconds as a person sets them: `5 m 00 s`, or that there is no such limit. */
export function secondsInWords(seconds: number | null, none: string): string {
  return seconds === null ? none : formatDuration(seconds);
}
