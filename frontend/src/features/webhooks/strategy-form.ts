import type { MarketType, Strategy, StrategyBody } from "@/api/types";
import { isPositiveDecimal } from "@/lib/decimal";

/** What the form holds: texts as typed, empty ones mean none. */
export interface StrategyValues {
  name: string;
  enabled: boolean;
  mode: Strategy["mode"];
  key_id: string | null;
  market_type: MarketType;
  order_type: Strategy["order_type"];
  amount: string;
  amount_unit: Strategy["amount_unit"];
  max_cost: string;
  max_lag_seconds: number | "";
  expected_every_minutes: number | "";
  require_secret: boolean;
  require_signature: boolean;
  allowed_addresses: string[];
}

export const NEW_STRATEGY: StrategyValues = {
  name: "",
  enabled: true,
  mode: "direct",
  key_id: null,
  market_type: "spot",
  order_type: "market",
  amount: "100",
  amount_unit: "quote",
  max_cost: "",
  max_lag_seconds: 60,
  expected_every_minutes: "",
  require_secret: true,
  require_signature: false,
  allowed_addresses: [],
};

export function valuesOf(strategy: Strategy): StrategyValues {
  const { expected_every_seconds: every } = strategy;
  return {
    name: strategy.name,
    enabled: strategy.enabled,
    mode: strategy.mode,
    key_id: strategy.key_id,
    market_type: strategy.market_type,
    order_type: strategy.order_type,
    amount: plain(strategy.amount),
    amount_unit: strategy.amount_unit,
    max_cost: plain(strategy.max_cost),
    max_lag_seconds: strategy.max_lag_seconds ?? "",
    expected_every_minutes: every === null ? "" : every / 60,
    require_secret: strategy.require_secret,
    require_signature: strategy.require_signature,
    allowed_addresses: strategy.allowed_addresses,
  };
}

export function bodyOf(values: StrategyValues): StrategyBody {
  const { expected_every_minutes: minutes, max_lag_seconds: lag, ...same } = values;
  return {
    ...same,
    name: values.name.trim(),
    amount: values.amount.trim() || null,
    max_cost: values.max_cost.trim() || null,
    max_lag_seconds: lag === "" ? null : lag,
    expected_every_seconds: minutes === "" ? null : Math.round(minutes * 60),
  };
}

export const strategyRules = {
  name: (name: string) => (name.trim() === "" ? "Name the strategy." : null),
  amount: (amount: string, { amount_unit: unit }: StrategyValues) => {
    if (amount.trim() === "") return null;
    if (!isPositiveDecimal(amount)) return "A positive number, such as 100 or 0.005.";
    return unit === "percent" && Number(amount) > 100 ? "At most 100 %." : null;
  },
  max_cost: (cost: string) =>
    cost.trim() === "" || isPositiveDecimal(cost) ? null : "A positive number, such as 1000.",
};

function plain(decimal: string | null): string {
  if (decimal === null) return "";
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
