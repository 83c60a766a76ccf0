import "@mantine/charts/styles.css";
import { AreaChart, ChartTooltip, LineChart } from "@mantine/charts";
import { Button, SimpleGrid, Text } from "@mantine/core";
import { IconPhotoDown } from "@tabler/icons-react";
import { useRef } from "react";
import type { Analytics } from "@/api/types";
import { cutTo, formatDecimal, shortened } from "@/lib/decimal";
import { exactTime } from "@/lib/time";
import { Panel } from "@/ui/Panel";
import { toastFailed } from "@/ui/toast";
import { Gain } from "@/ui/trading/Gain";
import { type CurveRow, curveRows, tickLabel } from "./curve-rows";
import { savePng } from "./png";
import { unitOf } from "./span";

const EQUITY = [
  { name: "realised", label: "Realised", color: "ocean.5" },
  { name: "total", label: "With what was open", color: "orange.5", strokeDasharray: "5 4" },
];
const DRAWDOWN = [{ name: "drawdown", label: "Below the highest", color: "red.6" }];
const FEW = 40;

/** What was realised, the same with what was open, and how far it fell below its highest. */
export default function Curves({ analytics }: { analytics: Analytics }) {
  const drawn = useRef<HTMLDivElement>(null);
  const rows = curveRows(analytics);
  const unit = unitOf(analytics.purse);
  const { drawdown, ratios } = analytics;
  const save = async () => {
    const svg = drawn.current?.querySelector<SVGSVGElement>("svg.recharts-surface");
    if (!svg) return;
    const { color, backgroundColor } = getComputedStyle(svg.closest("section") ?? document.body);
    const labels = EQUITY.map(({ label }) => label);
    const title = `Equity, ${unit}`;
    await savePng("equity", { svg, title, labels, text: color, background: backgroundColor });
  };
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Panel
        title="Equity"
        actions={
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPhotoDown size={15} aria-hidden />}
            onClick={() => void save().catch((error: unknown) => toastFailed("save the picture", error))}
          >
            PNG
          </Button>
        }
      >
        <div
          ref={drawn}
          role="img"
          aria-label={`Equity: ${figure(ratios.total)} ${unit} realised, ${figure(analytics.unrealised)} ${unit} open.`}
        >
          <LineChart
            {...common(rows, EQUITY, unit)}
            series={EQUITY}
            curveType="stepAfter"
            connectNulls
            withDots={rows.length < FEW}
            withLegend
            legendProps={{ verticalAlign: "bottom" }}
          />
        </div>
      </Panel>
      <Panel
        title="Drawdown"
        actions={
          <Text size="sm" c="dimmed">
            deepest <Gain value={negated(drawdown.deepest)} unit={unit} />
            {drawdown.deepest_percent !== null && ` (${formatDecimal(cutTo(drawdown.deepest_percent, 2))} %)`}
          </Text>
        }
      >
        <div
          role="img"
          aria-label={`Drawdown: deepest ${figure(drawdown.deepest)} ${unit}, now ${figure(drawdown.current)} ${unit}.`}
        >
          <AreaChart
            {...common(rows, DRAWDOWN, unit)}
            series={DRAWDOWN}
            curveType="stepAfter"
            withDots={false}
            fillOpacity={0.25}
          />
        </div>
      </Panel>
    </SimpleGrid>
  );
}

function common(rows: CurveRow[], series: { name: string; label: string; color: string }[], unit: string) {
  const span = (rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0);
  const valueFormatter = (value: number) => `${figure(String(value))} ${unit}`;
  return {
    h: 280,
    dataKey: "at",
    data: rows as unknown as Record<string, number>[],
    valueFormatter: (value: number) => figure(String(value)),
    tooltipAnimationDuration: 0,
    xAxisProps: {
      type: "number" as const,
      scale: "time" as const,
      domain: ["dataMin", "dataMax"] as ["dataMin", "dataMax"],
      tickFormatter: (at: number) => tickLabel(at, span),
      minTickGap: 32,
    },
    yAxisProps: { width: 64 },
    tooltipProps: {
      content: ({ label, payload }: { label?: unknown; payload?: unknown }) => (
        <ChartTooltip
          label={typeof label === "number" ? exactTime(new Date(label)) : null}
          payload={(payload ?? []) as Record<string, unknown>[]}
          series={series}
          valueFormatter={valueFormatter}
        />
      ),
    },
  };
}

function figure(value: string): string {
  return formatDecimal(shortened(value, 5, 2));
}

function negated(value: string): string {
  return Number(value) === 0 ? value : `-${value}`;
}
