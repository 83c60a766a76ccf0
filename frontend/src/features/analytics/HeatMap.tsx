import { Table, Text } from "@mantine/core";
import type { Analytics } from "@/api/types";
import { signOf } from "@/lib/decimal";
import { plural } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { Gain } from "@/ui/trading/Gain";
import { shortTimeframe } from "@/ui/trading/timeframes";
import { type HeatCell, heatOf } from "./heat";
import { percentText } from "./span";

const MOST_TINT = 30;

/** What each pair came to on each timeframe. */
export function HeatMap({ cells }: { cells: Analytics["heat"] }) {
  const { timeframes, rows } = heatOf(cells);
  return (
    <Panel title="Pairs by timeframe">
      <Table.ScrollContainer
        minWidth={120 + timeframes.length * 110}
        type="native"
        tabIndex={0}
        role="region"
        aria-label="Pairs by timeframe"
      >
        <Table aria-label="Pairs by timeframe" className="dc-table" withColumnBorders>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Pair</Table.Th>
              {timeframes.map((timeframe) => (
                <Table.Th key={timeframe} ta="right">
                  {shortTimeframe(timeframe) || "none"}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.symbol}>
                <Table.Th scope="row">{row.symbol}</Table.Th>
                {row.cells.map((cell, index) => (
                  <Table.Td key={timeframes[index]} className="dc-num-right" bg={tintOf(cell)}>
                    {cell && (
                      <>
                        <Gain value={cell.total} c="var(--mantine-color-text)" fw={550} />
                        <Text size="xs" c="var(--mantine-color-text)">
                          {plural(cell.trades, "trade")}, {percentText(cell.win_rate)} won
                        </Text>
                      </>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function tintOf(cell: HeatCell | null): string | undefined {
  const sign = signOf(cell?.total);
  if (!cell || sign === 0) return undefined;
  const share = Math.round(4 + cell.strength * (MOST_TINT - 4));
  return `color-mix(in srgb, var(--dc-${sign > 0 ? "gain" : "loss"}) ${share}%, transparent)`;
}
