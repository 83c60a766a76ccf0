import type { RiskOffset } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";

export interface PlannedPart {
  group: string;
  symbol: string;
  amount: string;
}

/** Whom an offset pays for, and with what, as it was decided. */
export function plannedParts({ plan }: Pick<RiskOffset, "plan">): {
  loser: PlannedPart | null;
  winners: PlannedPart[];
} {
  const slices = Array.isArray(plan.slices) ? plan.slices : [];
  return {
    loser: partOf(plan.loser),
    winners: slices.flatMap((slice) => partOf(slice) ?? []),
  };
}

function partOf(value: unknown): PlannedPart | null {
  if (typeof value !== "object" || value === null) return null;
  const { group, symbol, amount } = value as Record<string, unknown>;
  if (typeof symbol !== "string" || typeof amount !== "string") return null;
  return { group: String(group), symbol, amount };
}

/** `1.5 ETH` */
export function amountInWords({ symbol, amount }: Pick<PlannedPart, "symbol" | "amount">): string {
  return `${formatDecimal(shortened(amount))} ${baseOf(symbol)}`;
}
