import { Anchor, SimpleGrid, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Analytics } from "@/api/types";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { Gain } from "@/ui/trading/Gain";
import { positionName, PositionSideText } from "@/ui/trading/PositionName";
import { unitOf } from "./span";

type Trade = Analytics["best"][number];

/** The trades that brought most, and those that brought least. */
export function BestAndWorst({ analytics }: { analytics: Analytics }) {
  const { best, worst, purse } = analytics;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Trades title="Best trades" trades={best} unit={unitOf(purse)} />
      <Trades title="Worst trades" trades={worst} unit={unitOf(purse)} />
    </SimpleGrid>
  );
}

function Trades({ title, trades, unit }: { title: string; trades: Trade[]; unit: string }) {
  const columns: Column<Trade>[] = [
    {
      key: "position",
      header: "Position",
      card: "title",
      render: (trade) => (
        <Anchor component={Link} to={`/positions/${trade.id}`} size="sm" fw={550}>
          {positionName(trade)}
        </Anchor>
      ),
    },
    { key: "side", header: "Side", render: ({ side }) => <PositionSideText side={side} /> },
    {
      key: "closed",
      header: "Closed",
      numeric: true,
      render: ({ closed_at }) => <RelativeTime at={closed_at} />,
    },
    {
      key: "percent",
      header: "Return",
      numeric: true,
      render: ({ percent }) => <Gain value={percent} percent />,
    },
    {
      key: "realised",
      header: "Realised",
      numeric: true,
      render: ({ realised }) => (
        <Text span inherit fw={550}>
          <Gain value={realised} unit={unit} />
        </Text>
      ),
    },
  ];
  return (
    <Panel title={title}>
      <DataTable
        label={title}
        columns={columns}
        query={{
          data: { items: trades, total: trades.length },
          error: null,
          isPending: false,
          refetch: () => undefined,
        }}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/positions/${id}`}
        minWidth={480}
        empty={null}
      />
    </Panel>
  );
}
