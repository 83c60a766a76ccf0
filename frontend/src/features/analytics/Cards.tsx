import { ActionIcon, Group, Paper, SimpleGrid, Text, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Analytics } from "@/api/types";
import { cutTo, formatDecimal, shortened } from "@/lib/decimal";
import { formatDuration, plural } from "@/lib/format";
import { Gain } from "@/ui/trading/Gain";
import { percentText, unitOf } from "./span";

const ratio = (text: string | null) => (text === null ? "–" : formatDecimal(shortened(text, 4, 2)));

/** The figures, each with how it is reckoned. */
export function Cards({ analytics }: { analytics: Analytics }) {
  const { ratios, yearly, drawdown, unrealised, fees, volume, average_held_seconds } = analytics;
  const unit = unitOf(analytics.purse);
  const percent = drawdown.current_percent;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing={{ base: "xs", sm: "md" }}>
      <Card
        name="Realised"
        formula="The sum of all results of closed positions, less their fees."
        note={plural(ratios.trades, "trade")}
      >
        <Gain value={ratios.total} unit={unit} />
      </Card>
      <Card
        name="Unrealised"
        formula="What the open positions would bring at the latest prices, less fees."
        note="open now"
      >
        <Gain value={unrealised} unit={unit} />
      </Card>
      <Card
        name="Win rate"
        formula="Trades with a profit ÷ all trades."
        note={`${ratios.wins} won, ${ratios.losses} lost`}
      >
        {percentText(ratios.win_rate)}
      </Card>
      <Card
        name="Profit factor"
        formula="The sum of all profits ÷ the sum of all losses. Above 1, profits outweigh; a dash: nothing was lost."
        note={`payoff ${ratio(ratios.payoff)}`}
      >
        {ratio(ratios.profit_factor)}
      </Card>
      <Card name="Average win" formula="The sum of all profits ÷ the number of trades with one.">
        <Gain value={ratios.average_win} unit={unit} />
      </Card>
      <Card name="Average loss" formula="The sum of all losses ÷ the number of trades with one.">
        <Gain value={ratios.average_loss === null ? null : `-${ratios.average_loss}`} unit={unit} />
      </Card>
      <Card
        name="Expectancy"
        formula="All results ÷ the number of trades: what a trade brings on average."
        note="of one trade"
      >
        <Gain value={ratios.expectancy} unit={unit} />
      </Card>
      <Card
        name="Sharpe"
        formula="The mean of the daily returns ÷ their standard deviation × √365."
        note={`of one trade ${ratio(ratios.sharpe)}`}
      >
        {ratio(yearly.sharpe)}
      </Card>
      <Card
        name="Sortino"
        formula="The mean of the daily returns ÷ the deviation of those below zero × √365."
        note={`of one trade ${ratio(ratios.sortino)}`}
      >
        {ratio(yearly.sortino)}
      </Card>
      <Card
        name="Drawdown now"
        formula="How far the realised curve is below its highest; the percent is of the starting equity."
        note={percent === null ? null : `${formatDecimal(cutTo(percent, 2))} %`}
      >
        {ratio(drawdown.current)} {unit}
      </Card>
      <Card
        name="Fees"
        formula="What the exchange took for all fills of these positions."
        note={`volume ${ratio(volume)} ${unit}`}
      >
        {ratio(fees)} {unit}
      </Card>
      <Card name="Held" formula="From a position’s opening to its close, on average." note="on average">
        {formatDuration(average_held_seconds === null ? null : Number(average_held_seconds))}
      </Card>
    </SimpleGrid>
  );
}

interface CardProps {
  name: string;
  formula: string;
  note?: ReactNode;
  children: ReactNode;
}

function Card({ name, formula, note, children }: CardProps) {
  return (
    <Paper px="md" py="sm" role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text size="sm" c="dimmed">
          {name}
        </Text>
        <Tooltip label={formula} multiline maw={260}>
          <ActionIcon size="sm" aria-label={`How “${name}” is reckoned: ${formula}`}>
            <IconInfoCircle size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Text className="dc-num" fz="lg" fw={650} lh={1.5} style={{ whiteSpace: "normal" }}>
        {children}
      </Text>
      <Text size="xs" c="dimmed" mih="1.2rem">
        {note}
      </Text>
    </Paper>
  );
}
