import type { RiskSettings } from "@/api/types";
import { absolute, isPositiveDecimal, plainDecimal, signOf } from "@/lib/decimal";

/** Numbers are whole; amounts and percents are texts and stay exact. Empty: off. */
export interface SettingsValues {
  max_groups_per_symbol: number | "";
  max_exposure_per_symbol: string;
  max_exposure: string;
  max_daily_loss: string;
  max_daily_trades: number | "";
  daily_loss_closes: boolean;
  offset_enabled: boolean;
  /** Without its sign. */
  loss_threshold_percent: string;
  required_pyramids: number | "";
  wait_minutes: number | "";
  max_winners: number | "";
  max_winner_fraction_percent: string;
  min_close_notional: string;
}

const textOf = (value: string | null | undefined) => (value == null ? "" : plainDecimal(value));
const amountOf = (text: string) => text.trim() || null;
const countOf = (value: number | "") => (value === "" ? null : value);

export function valuesOf(settings: RiskSettings): SettingsValues {
  return {
    ...settings,
    max_groups_per_symbol: settings.max_groups_per_symbol ?? "",
    max_exposure_per_symbol: textOf(settings.max_exposure_per_symbol),
    max_exposure: textOf(settings.max_exposure),
    max_daily_loss: textOf(settings.max_daily_loss),
    max_daily_trades: settings.max_daily_trades ?? "",
    loss_threshold_percent: plainDecimal(absolute(settings.loss_threshold_percent)),
    max_winner_fraction_percent: plainDecimal(settings.max_winner_fraction_percent),
    min_close_notional: plainDecimal(settings.min_close_notional),
  };
}

/** Only of values that the rules let through. */
export function settingsOf(values: SettingsValues): RiskSettings {
  return {
    ...values,
    max_groups_per_symbol: countOf(values.max_groups_per_symbol),
    max_exposure_per_symbol: amountOf(values.max_exposure_per_symbol),
    max_exposure: amountOf(values.max_exposure),
    max_daily_loss: amountOf(values.max_daily_loss),
    max_daily_trades: countOf(values.max_daily_trades),
    loss_threshold_percent: `-${values.loss_threshold_percent.trim()}`,
    required_pyramids: Number(values.required_pyramids),
    wait_minutes: Number(values.wait_minutes),
    max_winners: Number(values.max_winners),
    max_winner_fraction_percent: values.max_winner_fraction_percent.trim(),
    min_close_notional: values.min_close_notional.trim(),
  };
}

const MOST = 1e15;

function limit(text: string): string | null {
  if (text.trim() === "") return null;
  return isPositiveDecimal(text) && Number(text) <= MOST ? null : "A number above 0, or empty for no limit.";
}

function percent(text: string): string | null {
  const fits = /^\d{1,3}(\.\d{1,4})?$/.test(text.trim());
  return fits && signOf(text) === 1 && Number(text) <= 100
    ? null
    : "Above 0 and at most 100, with up to 4 decimals.";
}

const between =
  (least: number, most: number, optional = false) =>
  (value: number | ""): string | null => {
    if (value === "") return optional ? null : `A whole number from ${least} to ${most}.`;
    return Number.isInteger(value) && value >= least && value <= most
      ? null
      : `A whole number from ${least} to ${most}.`;
  };

export const settingsRules = {
  max_groups_per_symbol: between(1, 1000, true),
  max_exposure_per_symbol: limit,
  max_exposure: limit,
  max_daily_loss: limit,
  max_daily_trades: between(1, 100_000, true),
  loss_threshold_percent: percent,
  required_pyramids: between(1, 50),
  wait_minutes: between(0, 10_080),
  max_winners: between(1, 20),
  max_winner_fraction_percent: percent,
  min_close_notional: (text: string) =>
    /^\d{1,10}(\.\d{1,8})?$/.test(text.trim()) && Number(text) <= 1e9
      ? null
      : "0 or more, with up to 8 decimals.",
};
