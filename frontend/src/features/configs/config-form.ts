import type { DcaConfig, DcaConfigBody, DcaPlan } from "@/api/types";
import { plainDecimal } from "@/lib/decimal";

/** Texts as typed; an empty one means none. */
export interface LevelValues {
  gap: string;
  weight: string;
  take_profit: string;
}

/** What one entry does differently. Without levels it uses those of the configuration. */
export interface PyramidValues {
  number: number;
  capital: string;
  tp_percent: string;
  levels: LevelValues[] | null;
}

export interface ConfigValues {
  pair: string;
  timeframe: string | null;
  key_id: string | null;
  enabled: boolean;
  entry_type: DcaPlan["entry_type"];
  levels: LevelValues[];
  capital: string;
  max_pyramids: number | "";
  pyramids: PyramidValues[];
  tp_mode: DcaPlan["tp_mode"];
  tp_percent: string;
  stop_loss_percent: string;
  trailing_percent: string;
  trailing_activation_percent: string;
  cancel_beyond_percent: string;
  entry_ttl_minutes: number | "";
  leverage: number | "";
  margin_mode: DcaPlan["margin_mode"];
  opposite: DcaPlan["opposite"];
  max_slippage_percent: string;
  remainder: DcaPlan["remainder"];
}

export const ANY_PAIR = "*";

export const NEW_CONFIG: ConfigValues = {
  pair: "",
  timeframe: null,
  key_id: null,
  enabled: true,
  entry_type: "limit",
  levels: [
    { gap: "0", weight: "20", take_profit: "1" },
    { gap: "-0.5", weight: "20", take_profit: "0.5" },
    { gap: "-1", weight: "20", take_profit: "2" },
    { gap: "-1.5", weight: "20", take_profit: "1.5" },
    { gap: "-2", weight: "20", take_profit: "1" },
  ],
  capital: "",
  max_pyramids: 5,
  pyramids: [],
  tp_mode: "per_leg",
  tp_percent: "",
  stop_loss_percent: "",
  trailing_percent: "",
  trailing_activation_percent: "",
  cancel_beyond_percent: "",
  entry_ttl_minutes: "",
  leverage: "",
  margin_mode: null,
  opposite: "ignore",
  max_slippage_percent: "",
  remainder: "retry",
};

const textOf = (decimal: string | null | undefined) => (decimal == null ? "" : plainDecimal(decimal));
const orNone = (text: string) => text.trim() || null;
const numberOrNone = (value: number | "") => (value === "" ? null : value);

export function valuesOf({ pair, timeframe, key_id, enabled, plan }: DcaConfig): ConfigValues {
  const numbers = new Set(
    [plan.pyramid_levels, plan.pyramid_capitals, plan.pyramid_tp_percents]
      .flatMap((of) => Object.keys(of ?? {}))
      .map(Number),
  );
  const ttl = plan.entry_ttl_seconds ?? null;
  return {
    pair: pair === ANY_PAIR ? "" : pair,
    timeframe: timeframe === null ? null : String(timeframe),
    key_id,
    enabled,
    entry_type: plan.entry_type,
    levels: plan.levels.map(levelValues),
    capital: textOf(plan.capital),
    max_pyramids: plan.max_pyramids,
    pyramids: [...numbers]
      .sort((a, b) => a - b)
      .map((number) => ({
        number,
        capital: textOf(plan.pyramid_capitals?.[String(number)]),
        tp_percent: textOf(plan.pyramid_tp_percents?.[String(number)]),
        levels: plan.pyramid_levels?.[String(number)]?.map(levelValues) ?? null,
      })),
    tp_mode: plan.tp_mode,
    tp_percent: textOf(plan.tp_percent),
    stop_loss_percent: textOf(plan.stop_loss_percent),
    trailing_percent: textOf(plan.trailing_percent),
    trailing_activation_percent: textOf(plan.trailing_activation_percent),
    cancel_beyond_percent: textOf(plan.cancel_beyond_percent),
    entry_ttl_minutes: ttl === null ? "" : ttl / 60,
    leverage: plan.leverage ?? "",
    margin_mode: plan.margin_mode ?? null,
    opposite: plan.opposite,
    max_slippage_percent: textOf(plan.max_slippage_percent),
    remainder: plan.remainder,
  };
}

export function planOf(values: ConfigValues): DcaPlan {
  return {
    entry_type: values.entry_type,
    levels: values.levels.map(trimmed),
    pyramid_levels: byNumber(values.pyramids, ({ levels }) => levels?.map(trimmed) ?? null),
    capital: orNone(values.capital),
    pyramid_capitals: byNumber(values.pyramids, ({ capital }) => orNone(capital)),
    max_pyramids: values.max_pyramids === "" ? 1 : values.max_pyramids,
    tp_mode: values.tp_mode,
    tp_percent: orNone(values.tp_percent),
    pyramid_tp_percents: byNumber(values.pyramids, ({ tp_percent }) => orNone(tp_percent)),
    stop_loss_percent: orNone(values.stop_loss_percent),
    trailing_percent: orNone(values.trailing_percent),
    trailing_activation_percent: orNone(values.trailing_activation_percent),
    cancel_beyond_percent: orNone(values.cancel_beyond_percent),
    entry_ttl_seconds: values.entry_ttl_minutes === "" ? null : Math.round(values.entry_ttl_minutes * 60),
    leverage: numberOrNone(values.leverage),
    margin_mode: values.margin_mode,
    opposite: values.opposite,
    max_slippage_percent: orNone(values.max_slippage_percent),
    remainder: values.remainder,
  };
}

export function bodyOf(values: ConfigValues): DcaConfigBody {
  return {
    pair: values.pair.trim().toUpperCase() || ANY_PAIR,
    timeframe: values.timeframe === null ? null : Number(values.timeframe),
    key_id: values.key_id,
    enabled: values.enabled,
    plan: planOf(values),
  };
}

/** Where the form shows what the server says of `path`, such as `plan.pyramid_levels.2.1.weight`. */
export function formField(path: string, values: ConfigValues): string {
  const field = path.replace(/^plan\./, "").replace(/^entry_ttl_seconds$/, "entry_ttl_minutes");
  const [name = "", number = "", ...rest] = field.split(".");
  const own = { pyramid_levels: "levels", pyramid_capitals: "capital", pyramid_tp_percents: "tp_percent" }[
    name
  ];
  const index = values.pyramids.findIndex((it) => it.number === Number(number));
  return own && index >= 0 ? ["pyramids", index, own, ...rest].join(".") : field;
}

function levelValues({ gap, weight, take_profit }: LevelValues): LevelValues {
  return { gap: plainDecimal(gap), weight: plainDecimal(weight), take_profit: plainDecimal(take_profit) };
}

function trimmed({ gap, weight, take_profit }: LevelValues): LevelValues {
  return { gap: gap.trim(), weight: weight.trim(), take_profit: take_profit.trim() || "0" };
}

function byNumber<Value>(
  pyramids: readonly PyramidValues[],
  of: (pyramid: PyramidValues) => Value | null,
): Record<string, Value> {
  return Object.fromEntries(
    pyramids.flatMap((pyramid) => {
      const value = of(pyramid);
      return value === null ? [] : [[String(pyramid.number), value]];
    }),
  );
}
