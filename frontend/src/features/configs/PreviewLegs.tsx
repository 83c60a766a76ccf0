import { Table, Text } from "@mantine/core";
import type { GridPreview } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";

interface PreviewLegsProps {
  preview: GridPreview;
  symbol: string;
  withTargets: boolean;
}

/** Each leg as it would be sent, and what they come to. */
export function PreviewLegs({ preview, symbol, withTargets }: PreviewLegsProps) {
  const { legs, cost, average, dust } = preview;
  const quote = quoteOf(symbol);
  return (
    <>
      <Table.ScrollContainer
        minWidth={withTargets ? 400 : 320}
        type="native"
        tabIndex={0}
        role="region"
        aria-label="Planned legs"
      >
        <Table className="dc-table" verticalSpacing={5} horizontalSpacing="xs" aria-label="Planned legs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Leg</Table.Th>
              <Table.Th ta="right">Price</Table.Th>
              <Table.Th ta="right">{baseOf(symbol)}</Table.Th>
              <Table.Th ta="right">{quote}</Table.Th>
              {withTargets && <Table.Th ta="right">Target</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {legs.map((leg) => (
              <Table.Tr key={leg.number}>
                <Table.Td>
                  {leg.number + 1}
                  <Text span size="xs" c="dimmed">
                    {leg.is_market ? " at market" : leg.is_held ? " held here" : ""}
                  </Text>
                </Table.Td>
                <Table.Td className="dc-num-right">{formatDecimal(leg.price)}</Table.Td>
                <Table.Td className="dc-num-right">{formatDecimal(leg.amount)}</Table.Td>
                <Table.Td className="dc-num-right">{formatDecimal(shortened(leg.cost), 2)}</Table.Td>
                {withTargets && <Table.Td className="dc-num-right">{formatDecimal(leg.target)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" c="dimmed" className="dc-num" style={{ whiteSpace: "normal" }} data-testid="totals">
        All legs: {formatDecimal(shortened(cost ?? "0"))} {quote}, average{" "}
        {formatDecimal(shortened(average ?? "0"))}; {formatDecimal(shortened(dust ?? "0"))} {quote} left by
        rounding.
      </Text>
    </>
  );
}
