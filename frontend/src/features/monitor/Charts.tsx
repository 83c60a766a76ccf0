import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import { SimpleGrid, Text } from "@mantine/core";
import type { Monitor } from "@/api/types";
import { formatDuration } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { chartDays } from "./days";

const COUNTS = [
  { name: "completed", label: "Completed", color: "teal.6" },
  { name: "failed", label: "Failed", color: "red.6" },
  { name: "cancelled", label: "Stopped", color: "gray.5" },
];
const DURATIONS = [
  { name: "median", label: "Median", color: "ocean.5" },
  { name: "p95", label: "95th percentile", color: "orange.5", strokeDasharray: "5 4" },
];
const COMMON = {
  h: 220,
  dataKey: "label",
  withLegend: true,
  legendProps: { verticalAlign: "bottom" as const },
  xAxisProps: { minTickGap: 24 },
  tooltipAnimationDuration: 0,
};

/** Runs and their durations by day. */
export default function Charts({ monitor }: { monitor: Monitor }) {
  const days = chartDays(monitor.days, monitor.at);
  const ended = monitor.days.length > 0;
  const nothing = (
    <Text size="sm" c="dimmed">
      No run has ended in the last 30 days.
    </Text>
  );
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Panel title="Ended runs by day">
        {ended ? (
          <div role="img" aria-label={summary(monitor)}>
            <BarChart
              {...COMMON}
              type="stacked"
              data={days}
              series={COUNTS}
              yAxisProps={{ allowDecimals: false }}
            />
          </div>
        ) : (
          nothing
        )}
      </Panel>
      <Panel title="Durations by day">
        {ended ? (
          <div role="img" aria-label="Median and 95th percentile of the durations of each day">
            <LineChart
              {...COMMON}
              data={days}
              series={DURATIONS}
              connectNulls
              valueFormatter={(seconds) => formatDuration(seconds)}
              yAxisProps={{ width: 70 }}
            />
          </div>
        ) : (
          nothing
        )}
      </Panel>
    </SimpleGrid>
  );
}

function summary({ days }: Monitor): string {
  const sum = (name: "completed" | "failed" | "cancelled") =>
    days.reduce((total, day) => total + day[name], 0);
  return `In the last 30 days ${sum("completed")} runs completed, ${sum("failed")} failed, ${sum("cancelled")} were stopped.`;
}
