import { Anchor, Text, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Order } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";
import type { Column } from "../data-table/types";
import { Num } from "../Num";
import { RelativeTime } from "../RelativeTime";
import { OrderBadge, SideText } from "./badges";
import { CancelOrder } from "./CancelOrder";
import { KeyName } from "./keys";

export const ORDER_COLUMNS: Column<Order>[] = [
  {
    key: "symbol",
    header: "Symbol",
    card: "title",
    csv: ({ symbol }) => symbol,
    render: (order) => (
      <Anchor component={Link} to={`/orders/${order.id}`} size="sm" fw={550}>
        {order.symbol}
      </Anchor>
    ),
  },
  {
    key: "status",
    header: "State",
    card: "title",
    csv: ({ status }) => status,
    render: (order) =>
      order.detail ? (
        <Tooltip label={order.detail} multiline maw={360}>
          <span>
            <OrderBadge status={order.status} />
          </span>
        </Tooltip>
      ) : (
        <OrderBadge status={order.status} />
      ),
  },
  {
    key: "side",
    header: "Side",
    csv: ({ side }) => side,
    render: (order) => <SideText side={order.side} purpose={order.purpose} />,
  },
  {
    key: "amount",
    header: "Amount",
    numeric: true,
    csv: ({ amount }) => amount,
    render: ({ amount, cost, symbol }) =>
      amount === null ? (
        <Num value={cost} unit={quoteOf(symbol)} />
      ) : (
        <Num value={amount} unit={baseOf(symbol)} />
      ),
  },
  {
    key: "filled",
    header: "Filled",
    numeric: true,
    csv: ({ filled }) => filled,
    render: ({ filled, status }) => <Num value={filled} c={status === "filled" ? undefined : "dimmed"} />,
  },
  {
    key: "price",
    header: "Price",
    numeric: true,
    csv: ({ price }) => price,
    render: ({ average, price, type }) => {
      if (average !== null)
        return (
          <Tooltip
            label={
              type === "limit" ? `Average; the limit is ${formatDecimal(price)}` : "Average of its fills"
            }
          >
            <span>
              <Num value={average} />
            </span>
          </Tooltip>
        );
      return type === "market" ? (
        <Text span inherit c="dimmed">
          market
        </Text>
      ) : (
        <Num value={price} />
      );
    },
  },
  { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
  {
    key: "created",
    header: "Placed",
    numeric: true,
    csv: ({ created_at }) => created_at,
    render: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  {
    key: "actions",
    header: "",
    card: "actions",
    width: 56,
    render: (order) => <CancelOrder order={order} compact />,
  },
];

/** What an export holds. */
export const ORDER_EXPORT: Column<Order>[] = [
  ...ORDER_COLUMNS,
  { key: "average", header: "Average", csv: ({ average }) => average },
  { key: "type", header: "Type", csv: ({ type }) => type },
  { key: "purpose", header: "Purpose", csv: ({ purpose }) => purpose },
  { key: "cost", header: "Cost", csv: ({ cost }) => cost },
  { key: "code", header: "Code", csv: ({ code }) => code },
  { key: "detail", header: "Detail", csv: ({ detail }) => detail },
  { key: "client", header: "Client id", csv: ({ client_id }) => client_id },
  { key: "venue", header: "Exchange id", csv: ({ venue_order_id }) => venue_order_id },
  { key: "key_id", header: "Key id", csv: ({ key_id }) => key_id },
  { key: "origin", header: "Origin", csv: ({ origin }) => origin },
  { key: "origin_id", header: "Origin id", csv: ({ origin_id }) => origin_id },
  { key: "sent", header: "Sent", csv: ({ sent_at }) => sent_at },
  { key: "settled", header: "Settled", csv: ({ settled_at }) => settled_at },
  { key: "id", header: "Id", csv: ({ id }) => id },
];
