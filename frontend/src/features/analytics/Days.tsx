import { Text } from "@mantine/core";
import type { Analytics } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { formatNumber, formatPercent } from "@/lib/format";
import type { Column } from "@/ui/data-table/types";
import { Panel } from "@/ui/Panel";
import { Gain } from "@/ui/trading/Gain";
import { LocalTable } from "./LocalTable";

type Day = Analytics["days"][number];

const short = (text: string) => formatDecimal(shortened(text, 4, 2));

const COLUMNS: Column<Day>[] = [
  {
    key: "day",
    header: "Day (UTC)",
    card: "title",
    sort: "day",
    render: ({ day }) => (
      <Text span size="sm" fw={550} className="dc-num">
        {day}
      </Text>
    ),
    csv: ({ day }) => day,
  },
  {
    key: "trades",
    header: "Trades",
    numeric: true,
    sort: "trades",
    render: ({ trades }) => formatNumber(trades),
    csv: ({ trades }) => trades,
  },
  {
    key: "won",
    header: "Won",
    numeric: true,
    sort: "won",
    render: ({ wins, trades }) => formatPercent(wins / trades),
    csv: ({ wins }) => wins,
  },
  { key: "best", header: "Best", render: ({ best }) => best, csv: ({ best }) => best },
  { key: "worst", header: "Worst", render: ({ worst }) => worst, csv: ({ worst }) => worst },
  {
    key: "volume",
    header: "Volume",
    numeric: true,
    sort: "volume",
    render: ({ volume }) => short(volume),
    csv: ({ volume }) => volume,
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
    key: "net",
    header: "Realised",
    numeric: true,
    sort: "net",
    render: ({ net }) => <Gain value={net} />,
    csv: ({ net }) => net,
  },
];

const VALUES: Record<string, (row: Day) => number | string> = {
  day: ({ day }) => day,
  trades: ({ trades }) => trades,
  won: ({ wins, trades }) => wins / trades,
  volume: ({ volume }) => Number(volume),
  fees: ({ fees }) => Number(fees),
  net: ({ net }) => Number(net),
};

/** The days on which something was closed. */
export function Days({ days }: { days: Day[] }) {
  return (
    <Panel title="Day by day">
      <LocalTable
        label="Day by day"
        file="days"
        columns={COLUMNS}
        rows={days}
        rowKey={({ day }) => day}
        values={VALUES}
        initialSort="-day"
        minWidth={760}
      />
    </Panel>
  );
}
