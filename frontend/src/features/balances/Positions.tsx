import { Table, Text } from "@mantine/core";
import type { KeyBalances } from "@/api/types";
import { absolute, formatDecimal, shortened, signOf } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";
import { Num } from "@/ui/Num";

/** Futures positions as the exchange tells them. */
export function Positions({ watch, label }: { watch: KeyBalances; label: string }) {
  if (watch.positions.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No open position.
      </Text>
    );
  return (
    <Table.ScrollContainer
      minWidth={560}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={`Positions of ${label}`}
    >
      <Table
        verticalSpacing={6}
        horizontalSpacing="xs"
        className="dc-table"
        aria-label={`Positions of ${label}`}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Position</Table.Th>
            <Table.Th ta="right">Entry</Table.Th>
            <Table.Th ta="right">Mark</Table.Th>
            <Table.Th ta="right">Liquidation</Table.Th>
            <Table.Th ta="right">Unrealised</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {watch.positions.map((position) => (
            <Table.Tr key={position.symbol}>
              <Table.Td className="dc-num">
                <Text span inherit fw={550}>
                  {signOf(position.amount) < 0 ? "Short" : "Long"}{" "}
                  <Num value={absolute(position.amount)} unit={baseOf(position.symbol)} />
                </Text>
                {position.leverage && (
                  <Text span size="xs" c="dimmed">
                    {" "}
                    ×{formatDecimal(position.leverage)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Num value={position.entry_price} />
              </Table.Td>
              <Table.Td ta="right">
                <Num value={position.mark_price} />
              </Table.Td>
              <Table.Td ta="right">
                <Num value={position.liquidation_price && shortened(position.liquidation_price)} />
              </Table.Td>
              <Table.Td ta="right">
                <Gain value={position.unrealized_pnl} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Profit with its sign, so that the colour is not the only one. */
function Gain({ value }: { value: string | null }) {
  const sign = signOf(value);
  if (sign === 0) return <Num value={value} c="dimmed" />;
  return (
    <Text span inherit className="dc-num" c={sign > 0 ? "var(--dc-gain)" : "var(--dc-loss)"}>
      {sign > 0 ? "+" : ""}
      {formatDecimal(value)}
    </Text>
  );
}
