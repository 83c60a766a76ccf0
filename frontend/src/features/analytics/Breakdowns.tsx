import { SegmentedControl, Text } from "@mantine/core";
import type { Analytics } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { formatNumber } from "@/lib/format";
import { useUrlParams } from "@/lib/useUrlParams";
import type { Column } from "@/ui/data-table/types";
import { Panel } from "@/ui/Panel";
import { Gain } from "@/ui/trading/Gain";
import { LocalTable } from "./LocalTable";
import { percentText } from "./span";

type Breakdown = Analytics["by_pair"][number];

const KINDS = [
  { value: "pair", label: "Pair" },
  { value: "timeframe", label: "Timeframe" },
  { value: "strategy", label: "Strategy" },
  { value: "weekday", label: "Weekday" },
  { value: "side", label: "Side" },
] as const;

const number = (text: string | null) => (text === null ? -Infinity : Number(text));
const short = (text: string | null) => (text === null ? "–" : formatDecimal(shortened(text, 4, 2)));

const VALUES: Record<string, (row: Breakdown) => number | string> = {
  name: ({ name }) => name,
  trades: ({ ratios }) => ratios.trades,
  win_rate: ({ ratios }) => number(ratios.win_rate),
  profit_factor: ({ ratios }) => number(ratios.profit_factor),
  expectancy: ({ ratios }) => number(ratios.expectancy),
  fees: ({ fees }) => number(fees),
  total: ({ ratios }) => number(ratios.total),
};

const COLUMNS: Column<Breakdown>[] = [
  {
    key: "trades",
    header: "Trades",
    numeric: true,
    sort: "trades",
    render: ({ ratios }) => formatNumber(ratios.trades),
    csv: ({ ratios }) => ratios.trades,
  },
  {
    key: "win_rate",
    header: "Win rate",
    numeric: true,
    sort: "win_rate",
    render: ({ ratios }) => percentText(ratios.win_rate),
    csv: ({ ratios }) => ratios.win_rate,
  },
  {
    key: "profit_factor",
    header: "Profit factor",
    numeric: true,
    sort: "profit_factor",
    render: ({ ratios }) => short(ratios.profit_factor),
    csv: ({ ratios }) => ratios.profit_factor,
  },
  {
    key: "expectancy",
    header: "Average",
    numeric: true,
    sort: "expectancy",
    render: ({ ratios }) => <Gain value={ratios.expectancy} />,
    csv: ({ ratios }) => ratios.expectancy,
  },
  {
    key: "fees",
    header: "Fees",
    numeric: true,
    sort: "fees",
    render: ({ fees }) => short(fees),
    csv: ({ fees }) => fees,
  },
  {
    key: "total",
    header: "Realised",
    numeric: true,
    sort: "total",
    render: ({ ratios }) => <Gain value={ratios.total} />,
    csv: ({ ratios }) => ratios.total,
  },
];

/** The same figures for trades with something in common. */
export function Breakdowns({ analytics }: { analytics: Analytics }) {
  const [params, change] = useUrlParams();
  const kind = KINDS.find(({ value }) => value === params.get("by")) ?? KINDS[0];
  const columns: Column<Breakdown>[] = [
    {
      key: "name",
      header: kind.label,
      card: "title",
      sort: "name",
      render: ({ name }) => (
        <Text span size="sm" fw={550}>
          {name}
        </Text>
      ),
      csv: ({ name }) => name,
    },
    ...COLUMNS,
  ];
  return (
    <Panel title="Compared">
      <LocalTable
        key={kind.value}
        label={`Figures by ${kind.label.toLowerCase()}`}
        file={`by-${kind.value}`}
        columns={columns}
        rows={analytics[`by_${kind.value}`]}
        rowKey={({ key }) => key}
        values={VALUES}
        initialSort={kind.value === "weekday" ? "" : "-total"}
        minWidth={680}
        start={
          <SegmentedControl
            aria-label="Compared by"
            size="xs"
            data={KINDS.map((it) => ({ ...it }))}
            value={kind.value}
            onChange={(value) => change((next) => next.set("by", value), { replace: true })}
          />
        }
      />
    </Panel>
  );
}
