import { Anchor, Text } from "@mantine/core";
import { IconBook2 } from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { BookPosition } from "@/api/types";
import { signOf } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { Num } from "@/ui/Num";
import { KeyName } from "@/ui/trading/keys";

/** What each strategy holds by the sum of its fills. */
export function PositionsTab() {
  const positions = $api.useQuery("get", "/api/positions", { params: { query: { limit: 200 } } });
  const strategies = $api.useQuery("get", "/api/strategies", { params: { query: { limit: 200 } } });
  const nameOf = (id: string | null) => {
    if (id === null) return "none";
    const strategy = strategies.data?.items.find((it) => it.id === id);
    if (strategy || !strategies.data) return strategy?.name ?? "…";
    return (
      <Anchor component={Link} to={`/positions/${id}`} inherit>
        a position
      </Anchor>
    );
  };
  const columns: Column<BookPosition>[] = [
    {
      key: "symbol",
      header: "Symbol",
      card: "title",
      render: ({ symbol }) => (
        <Text span size="sm" fw={550}>
          {symbol}
        </Text>
      ),
    },
    { key: "book", header: "Strategy or position", render: ({ book_id }) => nameOf(book_id) },
    { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
    {
      key: "amount",
      header: "Held",
      numeric: true,
      render: ({ amount, symbol }) => (
        <Num value={amount} unit={baseOf(symbol)} c={signOf(amount) === 0 ? "dimmed" : undefined} />
      ),
    },
    {
      key: "entry",
      header: "Average entry",
      numeric: true,
      render: ({ average_entry, symbol }) => <Num value={average_entry} unit={quoteOf(symbol)} />,
    },
    { key: "bought", header: "Bought", numeric: true, render: ({ bought }) => <Num value={bought} /> },
    { key: "sold", header: "Sold", numeric: true, render: ({ sold }) => <Num value={sold} /> },
    {
      key: "fees",
      header: "Fees",
      numeric: true,
      render: ({ fees }) =>
        fees.length === 0
          ? "–"
          : fees.map(({ asset, amount }) => (
              <div key={asset}>
                <Num value={amount} unit={asset} />
              </div>
            )),
    },
  ];
  return (
    <DataTable
      label="Book"
      columns={columns}
      query={positions}
      rowKey={({ key_id, book_id, symbol }) => `${key_id} ${book_id} ${symbol}`}
      minWidth={860}
      empty={
        <EmptyState icon={IconBook2} title="The book is empty">
          What each strategy holds, added up from its fills. It is compared with the exchange again and again.
        </EmptyState>
      }
    />
  );
}
