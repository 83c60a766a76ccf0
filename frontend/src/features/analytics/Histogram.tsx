import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import type { Analytics } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { plural } from "@/lib/format";
import { Panel } from "@/ui/Panel";

const SERIES = [{ name: "count", label: "Trades", color: "ocean.5" }];

/** How many trades returned how much of what their entries cost. */
export default function Histogram({ bins }: { bins: Analytics["histogram"] }) {
  const data = bins.map(({ low, high, count }) => ({
    label: `${formatDecimal(low)} to ${formatDecimal(high)} %`,
    count,
  }));
  const trades = bins.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title="Returns of the trades">
      <div
        role="img"
        aria-label={`How ${plural(trades, "trade")} spread over ${plural(bins.length, "range")} of returns.`}
      >
        <BarChart
          h={260}
          dataKey="label"
          data={data}
          series={SERIES}
          xAxisProps={{ minTickGap: 24 }}
          yAxisProps={{ allowDecimals: false, width: 36 }}
          tooltipAnimationDuration={0}
        />
      </div>
    </Panel>
  );
}
