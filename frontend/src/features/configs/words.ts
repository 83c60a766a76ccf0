import type { DcaPlan } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";

interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** What it does. */
  words: string;
}

export const TP_MODES: Choice<DcaPlan["tp_mode"]>[] = [
  {
    value: "per_leg",
    label: "Per leg",
    words:
      "Each leg has a take profit of its own, which rests at the exchange as soon as the leg fills. Legs close one by one.",
  },
  {
    value: "aggregate",
    label: "Whole position",
    words:
      "One target, measured from the average price of all that is held. When the price gets there everything is closed at once and what has not filled is cancelled.",
  },
  {
    value: "hybrid",
    label: "Both",
    words:
      "Each leg’s own take profit rests at the exchange, and the whole position has a target as well. Whichever comes first closes its part.",
  },
  {
    value: "pyramid_aggregate",
    label: "Per entry",
    words:
      "Each entry (pyramid) has its own average price and its own target. An entry closes alone; the others stay.",
  },
];

export const ENTRY_TYPES: Choice<DcaPlan["entry_type"]>[] = [
  { value: "limit", label: "Limit", words: "All legs rest at the exchange at once, each at its price." },
  {
    value: "market",
    label: "Market",
    words:
      "The first leg is bought at once at the market. Deeper legs wait here and go out at the market when the price reaches them.",
  },
];

export const OPPOSITES: Choice<DcaPlan["opposite"]>[] = [
  { value: "ignore", label: "Ignore it", words: "The position stays as it is." },
  { value: "close", label: "Close the position", words: "Closed, and nothing is opened the other way." },
  { value: "reverse", label: "Reverse", words: "Closed, and then opened the other way." },
  { value: "queue", label: "Queue it", words: "It waits in the queue until this position is closed." },
];

export const REMAINDERS: Choice<DcaPlan["remainder"]>[] = [
  { value: "retry", label: "Try again at the new price", words: "The limit follows the price." },
  { value: "market", label: "Close it at the market", words: "At any price." },
  { value: "rest", label: "Leave a limit order", words: "It rests at the last limit until it fills." },
];

export function labelOf<Value extends string>(choices: readonly Choice<Value>[], value: Value): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}

export function wordsOf<Value extends string>(choices: readonly Choice<Value>[], value: Value): string {
  return choices.find((choice) => choice.value === value)?.words ?? "";
}

/** `Per leg`, `Whole position, 1.2 %`. */
export function takeProfitInWords({ tp_mode, tp_percent }: DcaPlan): string {
  const mode = labelOf(TP_MODES, tp_mode);
  return tp_percent && tp_mode !== "per_leg" ? `${mode}, ${formatDecimal(tp_percent)} %` : mode;
}

/** `5 legs, 0 to −2 %`. */
export function levelsInWords({ levels }: DcaPlan): string {
  const gaps = levels.map(({ gap }) => gap).sort((a, b) => Number(b) - Number(a));
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (levels.length === 1) return `1 leg at ${formatDecimal(first)} %`;
  return `${levels.length} legs, ${formatDecimal(first)} to ${formatDecimal(last)} %`;
}
