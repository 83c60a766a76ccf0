import { addDecimals, isPositiveDecimal, signOf } from "@/lib/decimal";
import type { ConfigValues, LevelValues } from "./config-form";

const PERCENT = /^[+-]?\d{1,8}(\.\d{1,10})?$/;
const POSITIVE = "A number above 0.";
const BELOW_HUNDRED = "Above 0 and below 100.";

/** What keeps the form from being saved, by field; the server checks the same and more. */
export function configErrors(values: ConfigValues): Record<string, string> {
  const errors: Record<string, string> = {};
  const pair = values.pair.trim();
  if (pair !== "" && !/^[^\s/]+\/[^\s/]+$/.test(pair)) errors.pair = "Such as BTC/USDT; empty for any pair.";
  levelErrors("levels", values.levels, values.tp_mode, errors);
  if (values.max_pyramids === "") errors.max_pyramids = "At least 1, which is the first entry.";
  if (values.capital.trim() !== "" && !isPositiveDecimal(values.capital)) errors.capital = POSITIVE;
  targetErrors(values, errors);
  for (const name of [
    "stop_loss_percent",
    "trailing_percent",
    "cancel_beyond_percent",
    "max_slippage_percent",
  ] as const) {
    const text = values[name].trim();
    if (text !== "" && !(isPositiveDecimal(text) && Number(text) < 100)) errors[name] = BELOW_HUNDRED;
  }
  const activation = values.trailing_activation_percent.trim();
  if (activation !== "" && (!PERCENT.test(activation) || signOf(activation) < 0))
    errors.trailing_activation_percent = "0 or above.";
  else if (activation !== "" && values.trailing_percent.trim() === "")
    errors.trailing_activation_percent = "Without a trailing distance it does nothing.";
  pyramidErrors(values, errors);
  return errors;
}

export function usesLegTargets(mode: ConfigValues["tp_mode"]): boolean {
  return mode === "per_leg" || mode === "hybrid";
}

/** The weights together; a text that is no number counts as 0. */
export function totalWeight(levels: readonly LevelValues[]): string {
  return addDecimals(...levels.map(({ weight }) => (PERCENT.test(weight.trim()) ? weight : "0")));
}

/** Do the weights make 100, to within a hundredth? */
export function isWhole(levels: readonly LevelValues[]): boolean {
  return Math.abs(Number(totalWeight(levels)) - 100) <= 0.01;
}

/** The same weight for each level; what does not divide goes to the first. */
export function spreadEvenly(levels: readonly LevelValues[]): LevelValues[] {
  const each = Math.floor(10_000 / levels.length);
  const first = 10_000 - each * (levels.length - 1);
  return levels.map((level, index) => ({ ...level, weight: String((index === 0 ? first : each) / 100) }));
}

/** A level that goes on as the last two did. */
export function nextLevel(levels: readonly LevelValues[]): LevelValues {
  const [before, last] = levels.slice(-2).map(({ gap }) => Number(gap) || 0);
  const step = last === undefined || before === undefined || last >= before ? -1 : last - before;
  const gap = Math.round(((last ?? before ?? 0) + step) * 1e8) / 1e8;
  return { gap: String(gap), weight: "0", take_profit: levels.at(-1)?.take_profit ?? "1" };
}

function levelErrors(
  path: string,
  levels: readonly LevelValues[],
  mode: ConfigValues["tp_mode"],
  errors: Record<string, string>,
): void {
  const seen = new Set<number>();
  levels.forEach(({ gap, weight, take_profit }, index) => {
    const at = Number(gap);
    if (!PERCENT.test(gap.trim()) || at > 0 || at <= -100)
      errors[`${path}.${index}.gap`] = "0 or negative, above -100.";
    else if (seen.has(at)) errors[`${path}.${index}.gap`] = "There is a level at this gap.";
    seen.add(at);
    if (!isPositiveDecimal(weight)) errors[`${path}.${index}.weight`] = POSITIVE;
    if (usesLegTargets(mode) && !isPositiveDecimal(take_profit))
      errors[`${path}.${index}.take_profit`] = POSITIVE;
  });
  if (levels.length === 0) errors[path] = "At least one level.";
  else if (!isWhole(levels)) errors[path] = `The weights total ${totalWeight(levels)} %, not 100 %.`;
}

function targetErrors(
  { tp_mode, tp_percent, pyramids, max_pyramids }: ConfigValues,
  errors: Record<string, string>,
) {
  const text = tp_percent.trim();
  if (text !== "" && !isPositiveDecimal(text)) errors.tp_percent = POSITIVE;
  if (text !== "" || tp_mode === "per_leg") return;
  const own = pyramids.filter((it) => it.tp_percent.trim() !== "").length;
  if (tp_mode !== "pyramid_aggregate" || own < Number(max_pyramids))
    errors.tp_percent = "This mode needs a target.";
}

function pyramidErrors(
  { pyramids, max_pyramids, tp_mode }: ConfigValues,
  errors: Record<string, string>,
): void {
  const seen = new Set<number>();
  pyramids.forEach(({ number, capital, tp_percent, levels }, index) => {
    const at = `pyramids.${index}`;
    if (max_pyramids !== "" && number > max_pyramids)
      errors[`${at}.number`] = `There are ${max_pyramids} entries at most.`;
    else if (seen.has(number)) errors[`${at}.number`] = "This entry stands here already.";
    seen.add(number);
    if (capital.trim() !== "" && !isPositiveDecimal(capital)) errors[`${at}.capital`] = POSITIVE;
    if (tp_percent.trim() !== "" && !isPositiveDecimal(tp_percent)) errors[`${at}.tp_percent`] = POSITIVE;
    if (levels) levelErrors(`${at}.levels`, levels, tp_mode, errors);
  });
}
