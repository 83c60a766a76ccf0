import { Title } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import type { OrderDetail } from "@/api/types";
import { CodeSample } from "../CodeSample";
import { DataTable } from "../data-table/DataTable";
import { EmptyState } from "../EmptyState";
import { Panel } from "../Panel";
import { ORDER_FILL_COLUMNS } from "./fill-columns";

export function OrderFills({ order }: { order: OrderDetail }) {
  const query = {
    data: { items: order.fills, total: order.fills.length },
    error: null,
    isPending: false,
    refetch: () => undefined,
  };
  return (
    <section aria-label={`Fills of ${order.symbol}`}>
      <Title order={2} mb="xs">
        Fills
      </Title>
      <DataTable
        label="Fills of the order"
        columns={ORDER_FILL_COLUMNS}
        query={query}
        rowKey={({ id }) => id}
        minWidth={640}
        empty={<EmptyState icon={IconArrowsExchange} title="Nothing was filled yet" />}
      />
    </section>
  );
}

/** What the exchange said last, as it said it. */
export function Answer({ order }: { order: OrderDetail }) {
  if (!order.answer) return null;
  return (
    <Panel title="The exchange’s answer">
      <CodeSample text={JSON.stringify(order.answer, null, 2)} label="the exchange’s answer" />
    </Panel>
  );
}
