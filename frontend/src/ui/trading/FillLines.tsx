import { Table, Title } from "@mantine/core";
import type { OrderDetail } from "@/api/types";
import { baseOf, quoteOf } from "@/lib/symbols";
import { clockTime } from "@/lib/time";
import { Num } from "../Num";

/** An order's fills in a few lines. */
export function FillLines({ order }: { order: OrderDetail }) {
  if (order.fills.length === 0) return null;
  return (
    <>
      <Title order={3} mt="md" mb={4}>
        Fills
      </Title>
      <Table.ScrollContainer
        minWidth={380}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={`Fills of ${order.symbol}`}
      >
        <Table verticalSpacing={5} horizontalSpacing="xs" className="dc-table" aria-label="Fills">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Time</Table.Th>
              <Table.Th ta="right">Amount</Table.Th>
              <Table.Th ta="right">Price</Table.Th>
              <Table.Th ta="right">Fee</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.fills.map((fill) => (
              <Table.Tr key={fill.id}>
                <Table.Td className="dc-num">{clockTime(new Date(fill.traded_at))}</Table.Td>
                <Table.Td ta="right">
                  <Num value={fill.amount} unit={baseOf(fill.symbol)} />
                </Table.Td>
                <Table.Td ta="right">
                  <Num value={fill.price} unit={quoteOf(fill.symbol)} />
                </Table.Td>
                <Table.Td ta="right">
                  <Num value={fill.fee_amount} unit={fill.fee_asset} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
