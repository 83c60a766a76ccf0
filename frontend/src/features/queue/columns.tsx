import { Anchor, Badge, Group, Text } from "@mantine/core";
import { IconArrowUpRight, IconCircleX, IconClockX, IconHourglass, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import type { QueueEntry, QueueStatus, RankedEntry } from "@/api/types";
import { quoteOf } from "@/lib/symbols";
import type { Column } from "@/ui/data-table/types";
import { Num } from "@/ui/Num";
import { RelativeTime } from "@/ui/RelativeTime";
import { type Appearance, ToneBadge } from "@/ui/ToneBadge";
import { Gain } from "@/ui/trading/Gain";
import { KeyName } from "@/ui/trading/keys";
import { positionName, PositionSideText } from "@/ui/trading/PositionName";
import { EntryActions } from "./EntryActions";

export const QUEUE_STATES: Record<QueueStatus, Appearance> = {
  queued: { label: "Waiting", color: "gray", icon: IconHourglass },
  promoted: { label: "Opened", color: "teal", icon: IconArrowUpRight },
  cancelled: { label: "Removed", color: "gray", icon: IconTrash },
  rejected: { label: "Refused", color: "red", icon: IconCircleX },
  expired: { label: "Expired", color: "orange", icon: IconClockX },
};

const name: Column<QueueEntry> = {
  key: "name",
  header: "Entry",
  card: "title",
  csv: positionName,
  render: (entry) => (
    <Group gap={8} wrap="nowrap">
      <Text span size="sm" fw={550} style={{ whiteSpace: "nowrap" }}>
        {entry.signal_id === null ? (
          positionName(entry)
        ) : (
          <Anchor component={Link} to={`/signals/${entry.signal_id}`} inherit>
            {positionName(entry)}
          </Anchor>
        )}
      </Text>
      <PositionSideText side={entry.side} />
    </Group>
  ),
};

const price: Column<QueueEntry> = {
  key: "price",
  header: "Price of the alert",
  numeric: true,
  csv: ({ entry_price }) => entry_price,
  render: ({ entry_price, symbol }) => <Num value={entry_price} unit={quoteOf(symbol)} />,
};

export function waitingColumns(acts: boolean, entries: RankedEntry[] | null): Column<RankedEntry>[] {
  const columns: Column<RankedEntry>[] = [
    {
      key: "place",
      header: "Place",
      card: "title",
      width: 70,
      csv: ({ place }) => place,
      render: ({ place, pinned }) => (
        <Group gap={6} wrap="nowrap">
          <Text span size="sm" fw={650} className="dc-num">
            {place}
          </Text>
          {pinned !== null && (
            <Badge size="xs" variant="light" tt="none">
              by hand
            </Badge>
          )}
        </Group>
      ),
    },
    name as Column<RankedEntry>,
    {
      key: "why",
      header: "Why here",
      csv: ({ explanation }) => explanation,
      render: ({ explanation, reason }) => (
        <div style={{ whiteSpace: "normal", minWidth: 160 }}>
          <Text size="sm">{explanation}</Text>
          {reason && (
            <Text size="xs" c="dimmed">
              {reason}
            </Text>
          )}
        </div>
      ),
    },
    price as Column<RankedEntry>,
    {
      key: "loss",
      header: "Since then",
      numeric: true,
      csv: ({ loss_percent }) => loss_percent,
      render: ({ loss_percent }) =>
        loss_percent === null ? (
          <Text span inherit c="dimmed">
            no price
          </Text>
        ) : (
          <Gain value={loss_percent} percent />
        ),
    },
    {
      key: "since",
      header: "Waits since",
      numeric: true,
      csv: ({ first_queued_at }) => first_queued_at,
      render: ({ first_queued_at }) => <RelativeTime at={first_queued_at} />,
    },
    { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
  ];
  if (acts)
    columns.push({
      key: "actions",
      header: "",
      card: "actions",
      numeric: true,
      render: (entry) => <EntryActions entry={entry} entries={entries} />,
    });
  return columns;
}

export const HISTORY_COLUMNS: Column<QueueEntry>[] = [
  name,
  {
    key: "state",
    header: "What became of it",
    card: "title",
    csv: ({ status }) => status,
    render: ({ status }) => <ToneBadge look={QUEUE_STATES[status]} status={status} />,
  },
  {
    key: "reason",
    header: "Why",
    csv: ({ reason, explanation }) => reason || explanation,
    render: ({ reason, explanation }) => (
      <Text size="sm" style={{ whiteSpace: "normal", minWidth: 160 }}>
        {reason || explanation || "–"}
      </Text>
    ),
  },
  price,
  {
    key: "queued",
    header: "Came in",
    numeric: true,
    csv: ({ first_queued_at }) => first_queued_at,
    render: ({ first_queued_at }) => <RelativeTime at={first_queued_at} />,
  },
  {
    key: "settled",
    header: "Left",
    numeric: true,
    csv: ({ settled_at }) => settled_at,
    render: ({ settled_at }) => <RelativeTime at={settled_at} />,
  },
  { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
];
