import { Anchor, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { Strategy } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { SignalBadge } from "@/ui/trading/badges";
import { signalTitle } from "@/ui/trading/order-words";

/** The strategy's latest alerts. */
export function RecentSignals({ strategy }: { strategy: Strategy }) {
  const signals = $api.useQuery("get", "/api/signals", {
    params: { query: { strategy_id: strategy.id, limit: 6 } },
  });
  return (
    <Panel
      title="Latest alerts"
      actions={
        <Anchor component={Link} to={`/signals?strategy_id=${strategy.id}`} size="sm">
          All
        </Anchor>
      }
    >
      {signals.isPending && <Skeleton h={60} />}
      {signals.error && !signals.data && (
        <ErrorState error={signals.error} onRetry={() => void signals.refetch()} />
      )}
      {signals.data?.total === 0 && (
        <Text size="sm" c="dimmed">
          None yet. Send a test, or set up the alert as described.
        </Text>
      )}
      <Stack gap="xs">
        {signals.data?.items.map((signal) => (
          <Group key={signal.id} justify="space-between" wrap="nowrap" gap="sm">
            <Anchor component={Link} to={`/signals/${signal.id}`} size="sm" fw={550} truncate>
              {signalTitle(signal)}
            </Anchor>
            <Group gap="sm" wrap="nowrap">
              <RelativeTime at={signal.received_at} size="xs" c="dimmed" />
              <SignalBadge signal={signal} />
            </Group>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
