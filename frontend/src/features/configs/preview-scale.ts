import type { GridPreview } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import type { ScaleLeg, ScaleLine } from "@/ui/trading/PriceScale";

/** A planned grid as a drawing: `withTargets` when each leg's own target is used. */
export function scaleOf(
  preview: GridPreview,
  withTargets: boolean,
): { legs: ScaleLeg[]; lines: ScaleLine[] } {
  const legs = preview.legs.map(({ number, price, weight }) => ({
    key: `leg-${number}`,
    price,
    label: `${formatDecimal(price)} · ${formatDecimal(weight)} %`,
    share: Number(weight) / 100,
  }));
  const lines = preview.legs.flatMap<ScaleLine>(({ number, target }) =>
    withTargets && target !== null
      ? [
          {
            key: `target-${number}`,
            price: target,
            label: `${formatDecimal(target)} · leg ${number + 1}`,
            tone: "target",
          },
        ]
      : [],
  );
  const { target, stop } = preview;
  if (target !== null)
    lines.push({
      key: "target",
      price: target,
      label: `${formatDecimal(shortened(target))} · all`,
      tone: "target",
    });
  if (stop !== null)
    lines.push({
      key: "stop",
      price: stop,
      label: `${formatDecimal(shortened(stop))} · stop`,
      tone: "stop",
    });
  return { legs, lines };
}
