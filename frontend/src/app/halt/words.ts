import type { ExchangeKey, HaltState, Proof } from "@/api/types";
import { absolute, formatDecimal, signOf } from "@/lib/decimal";
import { plural } from "@/lib/format";
import { baseOf } from "@/lib/symbols";
import { keyLabel } from "@/ui/trading/key-words";

/** What engaging the kill switch does now, one act a line. */
export function actsOf(
  { preview }: HaltState,
  flatten: boolean,
  keys: readonly ExchangeKey[] | undefined,
): string[] {
  const { resting_orders: resting, positions } = preview;
  const acts = [
    "Blocks every new entry, whatever alert comes in.",
    resting === 0 ? "No order rests, so none is cancelled." : `Cancels ${plural(resting, "resting order")}.`,
  ];
  if (!flatten)
    return [
      ...acts,
      positions.length === 0
        ? "Nothing is held."
        : `Keeps what is held (${plural(positions.length, "position")}). Exits go on working.`,
    ];
  if (positions.length === 0) return [...acts, "Nothing is held, so nothing is sold."];
  return [
    ...acts,
    ...positions.map(({ key_id, symbol, amount }) => {
      const verb = signOf(amount) < 0 ? "Buys back" : "Sells";
      return `${verb} ${formatDecimal(absolute(amount))} ${baseOf(symbol)} at market (${keyLabel(keys, key_id)}).`;
    }),
  ];
}

/** How far a halt has come at one key, by what its exchange showed. */
export function proofInWords(proof: Proof, flatten: boolean): string {
  const parts: string[] = [];
  if (proof.open_orders.length > 0) parts.push(`${plural(proof.open_orders.length, "order")} still open`);
  if (flatten && proof.positions.length > 0)
    parts.push(`${plural(proof.positions.length, "position")} still held`);
  if (proof.foreign_orders.length > 0)
    parts.push(
      `${plural(proof.foreign_orders.length, "order")} that ${proof.foreign_orders.length === 1 ? "is" : "are"} not ours left alone`,
    );
  if (proof.dust.length > 0) parts.push("a remainder too small to sell");
  if (proof.problem) parts.push(proof.problem);
  if (parts.length === 0) return flatten ? "no order, no position" : "no order";
  return parts.join("; ");
}
