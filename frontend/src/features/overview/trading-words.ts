import type { TradingOverview } from "@/api/types";

type Purse = TradingOverview["purses"][number];

/** The money to show first: real before testnet before paper, then what has most at work. */
export function firstPurse(purses: readonly Purse[]): Purse | undefined {
  const rank = ({ purse }: Purse) => ["live", "testnet", "paper"].indexOf(purse.split(":")[0] ?? "");
  return [...purses].sort(
    (one, other) => rank(one) - rank(other) || Number(other.invested) - Number(one.invested),
  )[0];
}

/** `live:USD` → `USD`, with the kind of money before it unless it is real. */
export function purseUnit(purse: string): { unit: string; kind: string } {
  const [environment = "", unit = ""] = purse.split(":");
  return { unit, kind: environment === "live" ? "" : `${environment} money` };
}

const ENGINE = {
  running: { word: "Runs", note: "entries go on", color: undefined },
  stopped: { word: "Stopped", note: "no entry is made", color: "red" },
  paused: { word: "Paused", note: "the day’s loss is at its limit", color: "orange" },
} as const;

/** Whether entries go on, and what holds them up. */
export function engineState({ engine, halted }: Pick<TradingOverview, "engine" | "halted">) {
  if (halted) return { word: "Halted", note: "by the kill switch", color: "red" };
  const state = ENGINE[engine.state];
  return engine.reason && engine.state !== "running" ? { ...state, note: engine.reason } : state;
}
