import classes from "./PriceScale.module.css";
import { type Mark, placed, spanOf } from "./scale";

const WIDTH = 440;
const MIDDLE = WIDTH / 2;
const LABELS = 122;
const GAP = 17;

export interface ScaleLeg {
  key: string;
  price: string;
  label: string;
  /** How heavy it is, 0 to 1. */
  share: number;
  /** Filled ones are drawn full, planned ones thin, over ones grey. */
  tone?: "filled" | "planned" | "over";
}

export interface ScaleLine {
  key: string;
  price: string;
  label: string;
  tone: "target" | "stop" | "average" | "last";
}

interface PriceScaleProps {
  /** What it shows, in words. */
  label: string;
  legs: readonly ScaleLeg[];
  lines: readonly ScaleLine[];
  /** A faint line across. */
  entry: string;
}

const marked = <Item extends { price: string }>(items: readonly Item[]) =>
  items.map((item) => ({ ...item, text: item.price, price: Number(item.price) }));

/** Legs to the left, as long as they are heavy, and what is watched to the right, each at the height of its price. */
export function PriceScale({ label, legs: planned, lines: watched, entry: base }: PriceScaleProps) {
  const legs = marked(planned);
  const lines = marked(watched);
  const entry: Mark = { key: "entry", price: Number(base) };
  const span = spanOf([...legs, ...lines, entry]);
  const height = Math.max(220, GAP * (Math.max(legs.length, lines.length) + 2));
  const entryY = placed([entry], span, height, 0)[0]?.y ?? 0;
  const heaviest = Math.max(...legs.map(({ share }) => share), 0.01);
  const full = MIDDLE - LABELS - 14;
  return (
    <svg viewBox={`0 -4 ${WIDTH} ${height + 8}`} role="img" aria-label={label} className={classes.scale}>
      <line x1={MIDDLE} x2={MIDDLE} y1={0} y2={height} className={classes.axis} />
      <line x1={LABELS} x2={WIDTH - LABELS} y1={entryY} y2={entryY} className={classes.entry} />
      {placed(legs, span, height, GAP).map(({ mark, y, labelY }) => (
        <g key={mark.key} className={classes.leg} data-tone={mark.tone ?? "filled"}>
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
      {placed(lines, span, height, GAP).map(({ mark, y, labelY }) => (
        <g key={mark.key} className={classes[mark.tone]}>
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
