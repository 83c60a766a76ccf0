import { Table, Text } from "@mantine/core";
import type { KeyBalances } from "@/api/types";
import { absolute, formatDecimal, shortened, signOf } from "@/lib/decimal";
import { baseOf } from "@/lib/symbols";
import { Num } from "@/ui/Num";
import { SmallTable } from "./SmallTable";

/** Futures positions as the exchange tells them. */
export function Positions({ watch, label }: { watch: KeyBalances; label: string }) {
  if (watch.positions.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No open position.
      </Text>
    );
  return (
    <SmallTable
      label={`Positions of ${label}`}
      minWidth={560}
      head={["Position", "Entry", "Mark", "Liquidation", "Unrealised"]}
    >
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
    </SmallTable>
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
