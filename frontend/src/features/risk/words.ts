import type { RiskCandidate, RiskHindrance, RiskSettings, RiskUsage } from "@/api/types";
import { absolute, formatDecimal, shortened } from "@/lib/decimal";
import { formatDuration, plural } from "@/lib/format";

export type SettingName = keyof RiskSettings;

/** What each setting is called, and what it does. */
export const SETTINGS: Record<SettingName, { label: string; words: string }> = {
  max_groups_per_symbol: {
    label: "Positions per symbol",
    words: "Active positions of one symbol; further entries of a position add none.",
  },
  max_exposure_per_symbol: {
    label: "Exposure per symbol",
    words: "What is invested and what rests in one symbol.",
  },
  max_exposure: { label: "Exposure in all", words: "What is invested and what rests in all symbols." },
  max_daily_trades: { label: "Entries a day", words: "Opened since midnight UTC, further entries included." },
  max_daily_loss: {
    label: "Loss a day",
    words: "Realised since midnight UTC, fees taken off. Reaching it pauses entries until you start them.",
  },
  daily_loss_closes: {
    label: "The day’s loss also closes positions",
    words: "When it pauses entries, all positions that are counted with it are closed.",
  },
  offset_enabled: {
    label: "Pay for losses with gains",
    words: "Losing positions are closed by themselves with parts of winning ones. Off: only when you run it.",
  },
  loss_threshold_percent: {
    label: "Loss that starts the timer",
    words: "In percent of what is invested in the position.",
  },
  required_pyramids: {
    label: "Entries it must have",
    words: "The first one included. Before that its timer does not start.",
  },
  wait_minutes: { label: "The timer runs", words: "A profit or a further entry resets it." },
  max_winners: { label: "Winners at most", words: "So many winning positions pay for one loss." },
  max_winner_fraction_percent: {
    label: "Of one winner at most",
    words: "So much of what it holds is closed.",
  },
  min_close_notional: {
    label: "A part is worth at least",
    words: "Smaller parts of a winner are not closed.",
  },
};

/** What keeps a losing position from being paid for. */
export const HINDRANCES: Record<RiskHindrance, string> = {
  not_open: "It is being closed.",
  manual: "It was taken over by hand.",
  blocked: "Blocked by you.",
  skipped: "Skipped once: its timer begins anew.",
  nothing_held: "It holds nothing yet.",
  no_price: "Its price is not known.",
  incomplete: "It can still get cheaper: entries or legs are to come.",
  above_threshold: "Its loss is above the threshold.",
  timer_not_started: "Its timer starts with the next look.",
  timer_running: "Its timer runs.",
};

const WAIVED: readonly RiskHindrance[] = [
  "timer_not_started",
  "timer_running",
  "incomplete",
  "above_threshold",
  "skipped",
];

/** Whether a person may have it paid for now, whatever its timer says. */
export function canRun({ hindrance }: Pick<RiskCandidate, "hindrance">): boolean {
  return hindrance === null || WAIVED.includes(hindrance);
}

export function standingOf({ hindrance }: Pick<RiskCandidate, "hindrance">, offsetsOn: boolean): string {
  if (hindrance !== null) return HINDRANCES[hindrance];
  return offsetsOn ? "Due: paid for as soon as gains cover it." : "Would be due, but offsets are off.";
}

/** `4 m 05 s left`; `run out`; null when it has not started. */
export function timerInWords(expiresAt: string | null, now: Date): string | null {
  if (expiresAt === null) return null;
  const left = Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1000);
  return left > 0 ? `${formatDuration(left)} left` : "run out";
}

export interface Purse {
  environment: "live" | "testnet" | "paper";
  unit: string;
}

/** `live:USD` */
export function purseOf(text: string): Purse {
  const [environment, unit = ""] = text.split(":");
  return { environment: environment === "live" || environment === "testnet" ? environment : "paper", unit };
}

const COUNTS: readonly string[] = ["max_groups_per_symbol", "max_daily_trades"];

/** `1,250.5 of 10,000 USD`, `2, no limit`. */
export function usageInWords({ name, used, limit, purse }: Omit<RiskUsage, "effect">): string {
  const unit = COUNTS.includes(name) ? "" : ` ${purseOf(purse).unit}`.trimEnd();
  const amount = formatDecimal(shortened(used));
  return limit === null ? `${amount}${unit}, no limit` : `${amount} of ${formatDecimal(limit)}${unit}`;
}

/** How much of it is used, 0 to 100. */
export function usedPercent({ used, limit }: Pick<RiskUsage, "used" | "limit">): number {
  if (limit === null) return 0;
  return Math.min(100, (Number(used) / Number(limit)) * 100);
}

/** A setting's value as it is read: `15 min`, `1.5 %`, `no limit`, `on`. */
export function settingInWords(name: SettingName, value: unknown): string {
  if (value === null || value === undefined) return "no limit";
  if (typeof value === "boolean") return value ? "on" : "off";
  const text = formatDecimal(plainly(String(value)));
  switch (name) {
    case "wait_minutes":
      return `${text} min`;
    case "loss_threshold_percent":
      return `${formatDecimal(plainly(absolute(String(value))))} %`;
    case "max_winner_fraction_percent":
      return `${text} %`;
    default:
      return text;
  }
}

function plainly(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** When the engine pays for a loss by itself, in one sentence. */
export function offsetRuleInWords(settings: RiskSettings): string {
  if (!settings.offset_enabled) return "Offsets are off: a loss is paid for only when you run it.";
  const loss = settingInWords("loss_threshold_percent", settings.loss_threshold_percent);
  const entries = plural(settings.required_pyramids, "entry", "entries");
  return `From a loss of ${loss} on, with ${entries} and no leg that can still fill, a timer of ${settings.wait_minutes} min starts. When it has run out, up to ${plural(settings.max_winners, "winner")} pay for the position.`;
}
