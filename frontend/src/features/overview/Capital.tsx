import { Anchor, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { Link } from "react-router";
import type { TradingOverview } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { formatNumber } from "@/lib/format";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
import { KeyName } from "@/ui/trading/keys";

type KeyCapital = TradingOverview["keys"][number];

const dollars = (value: string | null) => (value === null ? "–" : formatDecimal(shortened(value, 5, 2), 2));

const COLUMNS: Column<KeyCapital>[] = [
  { key: "key", header: "Key", card: "title", render: ({ key_id }) => <KeyName id={key_id} /> },
  { key: "groups", header: "Positions", numeric: true, render: ({ groups }) => formatNumber(groups) },
  { key: "free", header: "Free, USD", numeric: true, render: ({ free }) => dollars(free) },
  { key: "deployed", header: "Deployed, USD", numeric: true, render: ({ deployed }) => dollars(deployed) },
  {
    key: "total",
    header: "Total, USD",
    numeric: true,
    render: ({ total, unvalued }) => (
      <>
        <Text span inherit fw={550}>
          {dollars(total)}
        </Text>
        {unvalued.length > 0 && (
          <Text size="xs" c="dimmed">
            without {unvalued.join(", ")}
          </Text>
        )}
      </>
    ),
  },
  {
    key: "read",
    header: "As of",
    numeric: true,
    render: ({ read_at }) => <RelativeTime at={read_at} fallback="never told" />,
  },
];

/** What each key has free and what it has at work. */
export function Capital({ keys }: { keys: KeyCapital[] }) {
  return (
    <DataTable
      label="Capital by key"
      columns={COLUMNS}
      query={{
        data: { items: keys, total: keys.length },
        error: null,
        isPending: false,
        refetch: () => undefined,
      }}
      rowKey={({ key_id }) => key_id}
      minWidth={620}
      empty={
        <EmptyState icon={IconKey} title="No key yet">
          <Anchor component={Link} to="/keys" underline="always" inherit>
            Add a key
          </Anchor>{" "}
          to see what it has free and at work.
        </EmptyState>
      }
    />
  );
}
