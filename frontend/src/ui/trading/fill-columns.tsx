import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Fill } from "@/api/types";
import { baseOf, quoteOf } from "@/lib/symbols";
import type { Column } from "../data-table/types";
import { Num } from "../Num";
import { RelativeTime } from "../RelativeTime";
import { SideText } from "./badges";
import { KeyName } from "./keys";

const SOURCES: Record<string, string> = {
  answer: "answer to the order",
  stream: "stream",
  sweep: "comparison",
};

const figures: Column<Fill>[] = [
  { key: "side", header: "Side", csv: ({ side }) => side, render: ({ side }) => <SideText side={side} /> },
  {
    key: "amount",
    header: "Amount",
    numeric: true,
    csv: ({ amount }) => amount,
    render: ({ amount, symbol }) => <Num value={amount} unit={baseOf(symbol)} />,
  },
  {
    key: "price",
    header: "Price",
    numeric: true,
    csv: ({ price }) => price,
    render: ({ price }) => <Num value={price} />,
  },
  {
    key: "cost",
    header: "Value",
    numeric: true,
    csv: ({ cost }) => cost,
    render: ({ cost, symbol }) => <Num value={cost} unit={quoteOf(symbol)} />,
  },
  {
    key: "fee",
    header: "Fee",
    numeric: true,
    csv: ({ fee_amount }) => fee_amount,
    render: ({ fee_amount, fee_asset }) => <Num value={fee_amount} unit={fee_asset} />,
  },
  {
    key: "source",
    header: "Seen by",
    csv: ({ source }) => source,
    render: ({ source, is_maker }) => (
      <Text span inherit c="dimmed">
        {SOURCES[source] ?? source}
        {is_maker === null ? "" : is_maker ? ", maker" : ", taker"}
      </Text>
    ),
  },
  {
    key: "traded",
    header: "Traded",
    numeric: true,
    csv: ({ traded_at }) => traded_at,
    render: ({ traded_at }) => <RelativeTime at={traded_at} />,
  },
];

/** Fills of one order. */
export const ORDER_FILL_COLUMNS: Column<Fill>[] = figures.map((column) =>
  column.key === "side" ? { ...column, card: "title" } : column,
);

/** Fills of every order. */
export const FILL_COLUMNS: Column<Fill>[] = [
  {
    key: "symbol",
    header: "Symbol",
    card: "title",
    csv: ({ symbol }) => symbol,
    render: ({ order_id, symbol }) =>
      order_id ? (
        <Anchor component={Link} to={`/orders/${order_id}`} size="sm" fw={550}>
          {symbol}
        </Anchor>
      ) : (
        <Text span size="sm" fw={550}>
          {symbol}{" "}
          <Text span inherit fw={400} c="dimmed">
            not ours
          </Text>
        </Text>
      ),
  },
  ...figures,
  { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
];

/** What an export holds. */
export const FILL_EXPORT: Column<Fill>[] = [
  ...FILL_COLUMNS,
  { key: "fee_asset", header: "Fee asset", csv: ({ fee_asset }) => fee_asset },
  { key: "maker", header: "Maker", csv: ({ is_maker }) => is_maker },
  { key: "trade", header: "Trade id", csv: ({ trade_id }) => trade_id },
  { key: "order", header: "Order id", csv: ({ order_id }) => order_id },
  { key: "venue", header: "Exchange order id", csv: ({ venue_order_id }) => venue_order_id },
  { key: "key_id", header: "Key id", csv: ({ key_id }) => key_id },
  { key: "seen", header: "Seen", csv: ({ seen_at }) => seen_at },
];
