import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { GroupDetail } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { Num } from "@/ui/Num";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { OrderBadge, SideText } from "@/ui/trading/badges";

type GroupOrder = GroupDetail["orders"][number];

/** Every order that was sent for the position. */
export function GroupOrders({ group }: { group: GroupDetail }) {
  const places = new Map(
    group.parts.flatMap((part) =>
      part.legs.map((leg) => [leg.id, `entry ${part.number}, leg ${leg.number + 1}`] as const),
    ),
  );
  const parts = new Map(group.parts.map((part) => [part.id, `entry ${part.number}`]));
  const columns: Column<GroupOrder>[] = [
    {
      key: "what",
      header: "Order",
      card: "title",
      render: ({ id, origin, origin_id, purpose }) => (
        <Anchor component={Link} to={`/orders/${id}`} size="sm" fw={550}>
          {purpose === "entry" ? "Open" : origin === "leg" ? "Take profit" : "Close"}
          {": "}
          {places.get(origin_id) ?? parts.get(origin_id) ?? "whole position"}
        </Anchor>
      ),
    },
    {
      key: "status",
      header: "State",
      card: "title",
      render: ({ status }) => <OrderBadge status={status} />,
    },
    { key: "side", header: "Side", render: ({ side }) => <SideText side={side} /> },
    {
      key: "price",
      header: "Price",
      numeric: true,
      render: ({ price, average, type }) =>
        average !== null ? (
          <Num value={shortened(average)} />
        ) : (
          (type === "market" && "market") || formatDecimal(price)
        ),
    },
    {
      key: "filled",
      header: "Filled",
      numeric: true,
      render: ({ filled, amount }) => (
        <>
          <Num value={filled} />
          <Text span inherit c="dimmed">
            {` of ${formatDecimal(amount)} ${baseOf(group.symbol)}`}
          </Text>
        </>
      ),
    },
    {
      key: "created",
      header: "Placed",
      numeric: true,
      render: ({ created_at }) => <RelativeTime at={created_at} />,
    },
  ];
  return (
    <Panel title="Orders">
      <DataTable
        label="Orders of the position"
        columns={columns}
        query={{
          data: { items: group.orders, total: group.orders.length },
          error: null,
          isPending: false,
          refetch: () => undefined,
        }}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/orders/${id}`}
        minWidth={760}
        empty={
          <Text p="md" size="sm" c="dimmed">
            None yet.
          </Text>
        }
      />
    </Panel>
  );
}
