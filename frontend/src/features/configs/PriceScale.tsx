import type { GridPreview } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import classes from "./PriceScale.module.css";
import { type Mark, placed, spanOf } from "./scale";

const WIDTH = 440;
const MIDDLE = WIDTH / 2;
const LABELS = 122;
const GAP = 17;

interface PriceScaleProps {
  preview: GridPreview;
  price: string;
  /** Whether each leg's own target is used. */
  withTargets: boolean;
}

interface Line extends Mark {
  label: string;
  /** 0 to 1. */
  share: number;
}

/** Legs to the left, as long as they are heavy, and their targets to the right, at the height of their prices. */
export function PriceScale({ preview, price, withTargets }: PriceScaleProps) {
  const legs: Line[] = preview.legs.map((leg) => ({
    key: `leg-${leg.number}`,
    price: Number(leg.price),
    label: `${formatDecimal(leg.price)} · ${formatDecimal(leg.weight)} %`,
    share: Number(leg.weight) / 100,
  }));
  const targets: Line[] = preview.legs.flatMap((leg) =>
    withTargets && leg.target !== null
      ? [
          {
            key: `target-${leg.number}`,
            price: Number(leg.target),
            label: `${formatDecimal(leg.target)} · leg ${leg.number + 1}`,
            share: 0,
          },
        ]
      : [],
  );
  for (const [name, label] of [
    ["target", "all"],
    ["stop", "stop"],
  ] as const) {
    const at = preview[name];
    if (at !== null)
      targets.push({
        key: name,
        price: Number(at),
        label: `${formatDecimal(shortened(at))} · ${label}`,
        share: 0,
      });
  }
  const entry: Mark = { key: "entry", price: Number(price) };
  const span = spanOf([...legs, ...targets, entry]);
  const height = Math.max(220, GAP * (Math.max(legs.length, targets.length) + 2));
  const at = (mark: Mark) => placed([mark], span, height, 0)[0]?.y ?? 0;
  const heaviest = Math.max(...legs.map(({ share }) => share));
  const full = MIDDLE - LABELS - 14;
  return (
    <svg
      viewBox={`0 -4 ${WIDTH} ${height + 8}`}
      role="img"
      aria-label={`${legs.length} legs around ${formatDecimal(price)}${targets.length > 0 ? " and their targets" : ""}; the table has the figures.`}
      className={classes.scale}
    >
      <line x1={MIDDLE} x2={MIDDLE} y1={0} y2={height} className={classes.axis} />
      <line x1={LABELS} x2={WIDTH - LABELS} y1={at(entry)} y2={at(entry)} className={classes.entry} />
      {placed(legs, span, height, GAP).map(({ mark, y, labelY }) => (
        <g key={mark.key} className={classes.leg}>
          <polyline
            points={`${LABELS + 2},${labelY} ${LABELS + 12},${y} ${MIDDLE},${y}`}
            className={classes.thin}
          />
          <line
            x1={MIDDLE - Math.max(8, (full * mark.share) / heaviest)}
            x2={MIDDLE}
            y1={y}
            y2={y}
            className={classes.thick}
          />
          <text x={LABELS - 2} y={labelY} textAnchor="end">
            {mark.label}
          </text>
        </g>
      ))}
      {placed(targets, span, height, GAP).map(({ mark, y, labelY }) => (
        <g key={mark.key} className={mark.key === "stop" ? classes.stop : classes.target}>
          <polyline
            points={`${MIDDLE},${y} ${WIDTH - LABELS - 12},${y} ${WIDTH - LABELS - 2},${labelY}`}
            className={classes.dashed}
          />
          <text x={WIDTH - LABELS + 2} y={labelY}>
            {mark.label}
          </text>
        </g>
      ))}
    </svg>
  );
}
