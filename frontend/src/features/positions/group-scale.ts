import type { GroupDetail } from "@/api/types";
import { formatDecimal, shortened, signOf } from "@/lib/decimal";
import type { ScaleLeg, ScaleLine } from "@/ui/trading/PriceScale";

const OVER = ["taken", "cancelled", "refused"];
const short = (price: string) => formatDecimal(shortened(price));

/** A position as a drawing: legs by how far they are, and the prices that count for it now. */
export function scaleOf(group: GroupDetail): { entry: string; legs: ScaleLeg[]; lines: ScaleLine[] } {
  const all = group.parts.flatMap((part) => part.legs.map((leg) => ({ part, leg })));
  const dearest = Math.max(...all.map(({ leg }) => Number(leg.cost)), 1e-12);
  const several = group.parts.length > 1;
  const legs = all.map<ScaleLeg>(({ part, leg }) => {
    const price = leg.average ?? leg.price;
    return {
      key: leg.id,
      price,
      label: `${short(price)} · ${several ? `${part.number}.` : "leg "}${leg.number + 1}`,
      share: Number(leg.cost) / dearest,
      tone: OVER.includes(leg.state) ? "over" : signOf(leg.filled) === 0 ? "planned" : "filled",
    };
  });
  const lines = all.flatMap<ScaleLine>(({ part, leg }) =>
    leg.target !== null && signOf(leg.held) !== 0 && group.tp_mode !== "aggregate"
      ? [
          {
            key: `target ${leg.id}`,
            price: leg.target,
            label: `${short(leg.target)} · TP ${several ? `${part.number}.` : ""}${leg.number + 1}`,
            tone: "target",
          },
        ]
      : [],
  );
  for (const { kind, subject_id, price } of group.targets) {
    const look = WATCHED[kind];
    if (look)
      lines.push({
        key: `${kind} ${subject_id}`,
        price,
        label: `${short(price)} · ${look.word}`,
        tone: look.tone,
      });
  }
  const { average, last } = group.figures;
  if (average !== null)
    lines.push({ key: "average", price: average, label: `${short(average)} · avg`, tone: "average" });
  if (last !== null) lines.push({ key: "last", price: last, label: `${short(last)} · now`, tone: "last" });
  return { entry: group.parts[0]?.entry_price ?? "0", legs, lines };
}

const WATCHED: Partial<Record<string, { word: string; tone: ScaleLine["tone"] }>> = {
  take_profit: { word: "all", tone: "target" },
  stop_loss: { word: "stop", tone: "stop" },
  trailing: { word: "trail", tone: "stop" },
};
