import { Badge, Button, Group, Text, Title } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { useState } from "react";
import { $api } from "@/api/client";
import type { PaperMarket } from "@/api/types";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { Num } from "@/ui/Num";
import { PriceDialog } from "./PriceDialog";

const EVERY = 2000;

const COURSES: Record<PaperMarket["course"], string> = {
  walk: "walks",
  fixed: "held",
  path: "follows a path",
  mirror: "follows the market",
};

/** Prices as they are, asked for again while the tab is visible: nothing pushes them. */
export function Prices({ markets, mayChange }: { markets: PaperMarket[]; mayChange: boolean }) {
  const [moving, setMoving] = useState<PaperMarket | null>(null);
  const prices = $api.useQuery("get", "/api/paper/prices", {}, { refetchInterval: EVERY, retry: false });
  const current = new Map(prices.data?.map((it) => [it.symbol, it]));
  const rows = markets.map((market) => ({ ...market, ...current.get(market.symbol) }));
  const columns: Column<PaperMarket>[] = [
    {
      key: "symbol",
      header: "Pair",
      card: "title",
      render: ({ base, quote }) => (
        <Text span size="sm" fw={550}>
          {base}/{quote}
        </Text>
      ),
    },
    {
      key: "price",
      header: "Last price",
      numeric: true,
      render: ({ price, quote }) => <Num value={price} unit={quote} least={2} />,
    },
    {
      key: "course",
      header: "Course",
      render: ({ course, frozen, trading }) => (
        <Group gap={6}>
          <Badge size="sm" variant={course === "walk" ? "default" : "light"} color="orange" tt="none">
            {COURSES[course]}
          </Badge>
          {frozen && (
            <Badge size="sm" variant="light" color="cyan" tt="none">
              frozen to the public
            </Badge>
          )}
          {!trading && (
            <Badge size="sm" variant="light" color="red" tt="none">
              closed
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "markets",
      header: "Markets",
      render: ({ market_types }) => market_types.map((it) => (it === "spot" ? "spot" : "futures")).join(", "),
    },
  ];
  if (mayChange)
    columns.push({
      key: "actions",
      header: "",
      numeric: true,
      card: "actions",
      render: (market) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Move the price of ${market.symbol}`}
          onClick={() => setMoving(market)}
        >
          Move
        </Button>
      ),
    });
  return (
    <section aria-labelledby="prices">
      <Title order={2} id="prices" mb="xs">
        Prices
      </Title>
      <DataTable
        label="Prices"
        columns={columns}
        query={{
          data: { items: rows, total: rows.length },
          error: prices.error,
          isPending: false,
          refetch: prices.refetch,
        }}
        rowKey={({ symbol }) => symbol}
        empty={<EmptyState icon={IconChartLine} title="No pairs" />}
      />
      {moving && (
        <PriceDialog
          market={rows.find(({ symbol }) => symbol === moving.symbol) ?? moving}
          onClose={() => setMoving(null)}
        />
      )}
    </section>
  );
}
