import { Anchor, Badge, Group, Text, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Signal, Strategy } from "@/api/types";
import { formatMillis } from "@/lib/format";
import { millisBetween } from "@/lib/time";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { SignalBadge } from "@/ui/trading/badges";
import { signalTitle } from "@/ui/trading/order-words";
import { OUTCOMES } from "@/ui/trading/states";
import { strategyLabel } from "@/ui/trading/strategies";

const symbolOf = ({ symbol, raw_symbol }: Signal) => symbol ?? raw_symbol;

export function signalColumns(strategies: readonly Strategy[] | undefined): Column<Signal>[] {
  return [
    {
      key: "symbol",
      header: "Alert",
      card: "title",
      csv: symbolOf,
      render: (signal) => (
        <Group gap={6} wrap="nowrap">
          <Anchor component={Link} to={`/signals/${signal.id}`} size="sm" fw={550}>
            {signalTitle(signal)}
          </Anchor>
          {signal.replay_of && (
            <Badge size="xs" variant="default" tt="none">
              replay
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "outcome",
      header: "Outcome",
      card: "title",
      csv: ({ outcome, status }) => outcome ?? status,
      render: (signal) => <SignalBadge signal={signal} />,
    },
    {
      key: "message",
      header: "Why",
      csv: wordsOf,
      render: (signal) => <InWords {...signal} />,
    },
    {
      key: "strategy",
      header: "Strategy",
      csv: ({ strategy_id }) => strategyLabel(strategies, strategy_id),
      render: ({ strategy_id }) => (
        <Anchor component={Link} to={`/webhooks/${strategy_id}`} size="sm" c="inherit" underline="hover">
          {strategyLabel(strategies, strategy_id)}
        </Anchor>
      ),
    },
    {
      key: "repeats",
      header: "Re-sent",
      card: "none",
      numeric: true,
      csv: ({ repeats }) => repeats,
      render: ({ repeats }) =>
        repeats > 0 ? (
          <Tooltip label="The same alert came again and was not traded again.">
            <span>{repeats}×</span>
          </Tooltip>
        ) : (
          <Text span c="dimmed">
            –
          </Text>
        ),
    },
    {
      key: "took",
      header: "Took",
      numeric: true,
      csv: (signal) => signal.settled_at && millisBetween(signal.received_at, signal.settled_at),
      render: ({ received_at, settled_at }) =>
        settled_at ? formatMillis(millisBetween(received_at, settled_at)) : "…",
    },
    {
      key: "received",
      header: "Received",
      numeric: true,
      csv: ({ received_at }) => received_at,
      render: ({ received_at }) => <RelativeTime at={received_at} />,
    },
  ];
}

function wordsOf({ message, outcome }: Signal): string | null {
  return message ?? (outcome && OUTCOMES[outcome].words);
}

function InWords(signal: Signal) {
  const words = wordsOf(signal);
  if (!words)
    return (
      <Text span c="dimmed">
        –
      </Text>
    );
  return (
    <Tooltip label={words} multiline maw={360}>
      <Text size="sm" c="dimmed" lineClamp={2} maw={340} ta="inherit">
        {words}
      </Text>
    </Tooltip>
  );
}

const EXPORTED: Column<Signal>[] = [
  { key: "action", header: "Action", csv: ({ action }) => action },
  { key: "raw", header: "Symbol as sent", csv: ({ raw_symbol }) => raw_symbol },
  { key: "address", header: "From", csv: ({ address }) => address },
  { key: "told", header: "Time in the alert", csv: ({ told_at }) => told_at },
  { key: "settled", header: "Settled", csv: ({ settled_at }) => settled_at },
  { key: "id", header: "Id", csv: ({ id }) => id },
];

/** What an export holds. */
export function signalExport(strategies: readonly Strategy[] | undefined): Column<Signal>[] {
  return [...signalColumns(strategies), ...EXPORTED];
}
