import { Anchor, Badge, Group } from "@mantine/core";
import { Link } from "react-router";
import type { Strategy } from "@/api/types";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { KeyName } from "@/ui/trading/keys";
import { StrategyState } from "./StrategyState";
import { amountInWords } from "./words";

export const STRATEGY_COLUMNS: Column<Strategy>[] = [
  {
    key: "name",
    header: "Strategy",
    card: "title",
    render: (strategy) => (
      <Group gap={6}>
        <Anchor
          component={Link}
          to={`/webhooks/${strategy.id}`}
          size="sm"
          fw={550}
          style={{ overflowWrap: "anywhere" }}
        >
          {strategy.name}
        </Anchor>
        {strategy.is_default && (
          <Badge size="xs" variant="default" tt="none">
            default
          </Badge>
        )}
      </Group>
    ),
  },
  {
    key: "state",
    header: "State",
    card: "title",
    render: (strategy) => <StrategyState strategy={strategy} />,
  },
  {
    key: "key",
    header: "Key",
    render: ({ key_id }) => (key_id === null ? "your paper key" : <KeyName id={key_id} />),
  },
  {
    key: "market",
    header: "Market",
    render: ({ market_type, mode, order_type }) =>
      `${market_type === "spot" ? "Spot" : "USDT-M futures"}, ${mode === "grid" ? "grid" : order_type}`,
  },
  { key: "amount", header: "Amount", numeric: true, render: amountInWords },
  {
    key: "last",
    header: "Last alert",
    numeric: true,
    render: ({ last_received_at }) => <RelativeTime at={last_received_at} fallback="never" />,
  },
];
