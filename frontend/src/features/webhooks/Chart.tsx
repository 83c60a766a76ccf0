import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Skeleton, Text } from "@mantine/core";
import { $api } from "@/api/client";
import type { ChartHour } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { useNow } from "@/ui/useNow";
import { chartBars } from "./hours";

const SERIES = [
  { name: "executed", label: "Executed", color: "teal.6" },
  { name: "other", label: "Received, nothing to do or under way", color: "gray.5" },
  { name: "refused", label: "Refused", color: "red.6" },
];

/** Alerts of the last 24 hours by what became of them. */
export default function Chart() {
  const now = useNow(false);
  const chart = $api.useQuery("get", "/api/signals/chart", { params: { query: { hours: 24 } } });
  return (
    <Panel title="Alerts of the last 24 hours">
      {chart.isPending && <Skeleton h={220} />}
      {chart.error && !chart.data && <ErrorState error={chart.error} onRetry={() => void chart.refetch()} />}
      {chart.data &&
        (sum(chart.data, "received") === 0 ? (
          <Text size="sm" c="dimmed">
            No alert has come in during the last 24 hours.
          </Text>
        ) : (
          <div role="img" aria-label={summary(chart.data)}>
            <BarChart
              h={220}
              dataKey="label"
              type="stacked"
              data={chartBars(chart.data, now)}
              series={SERIES}
              withLegend
              legendProps={{ verticalAlign: "bottom" }}
              xAxisProps={{ minTickGap: 24 }}
              yAxisProps={{ allowDecimals: false }}
              tooltipAnimationDuration={0}
            />
          </div>
        ))}
    </Panel>
  );
}

function sum(hours: readonly ChartHour[], name: "received" | "executed" | "refused"): number {
  return hours.reduce((total, hour) => total + hour[name], 0);
}

function summary(hours: readonly ChartHour[]): string {
  const count = (name: "received" | "executed" | "refused") => formatNumber(sum(hours, name));
  return `In the last 24 hours ${count("received")} alerts were received, ${count("executed")} executed, ${count("refused")} refused.`;
}
