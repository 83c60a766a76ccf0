import { Anchor, Grid, Skeleton, Stack, Text } from "@mantine/core";
import { IconReceiptOff } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { SignalDetail } from "@/api/types";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { SignalBadge } from "@/ui/trading/badges";
import { momentsOf, signalSteps } from "@/ui/trading/moments";
import { signalTitle } from "@/ui/trading/order-words";
import { strategyLabel, useStrategies } from "@/ui/trading/strategies";
import { Timeline } from "@/ui/trading/Timeline";
import { Payload } from "./Payload";
import { ReplayButton } from "./ReplayButton";
import { SignalOrder } from "./SignalOrder";
import { Verdict } from "./Verdict";

const BACK = { label: "Signals", to: "/signals" };

export function SignalPage() {
  const { signalId = "" } = useParams();
  const query = $api.useQuery("get", "/api/signals/{signal_id}", {
    params: { path: { signal_id: signalId } },
  });
  if (query.data) return <Story key={signalId} signal={query.data} />;
  const gone = [404, 422].includes(asProblem(query.error).status);
  return (
    <>
      <PageHeader title={!query.isPending && gone ? "No such signal" : "Signal"} back={BACK} />
      {query.isPending ? (
        <Skeleton h={320} aria-label="Loading the signal" />
      ) : (
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      )}
    </>
  );
}

function Story({ signal }: { signal: SignalDetail }) {
  const strategies = useStrategies().data?.items;
  const moments = momentsOf(signalSteps(signal));
  return (
    <>
      <PageHeader
        title={signalTitle(signal)}
        badge={<SignalBadge signal={signal} size="lg" />}
        back={BACK}
        description={
          <>
            Received <RelativeTime at={signal.received_at} inherit /> by{" "}
            <Anchor component={Link} to={`/webhooks/${signal.strategy_id}`} inherit underline="always">
              {strategyLabel(strategies, signal.strategy_id)}
            </Anchor>
            {signal.group_id && (
              <>
                {" for "}
                <Anchor component={Link} to={`/positions/${signal.group_id}`} inherit underline="always">
                  this position
                </Anchor>
              </>
            )}
            {signal.replay_of && (
              <>
                {" · a replay of "}
                <Anchor component={Link} to={`/signals/${signal.replay_of}`} inherit underline="always">
                  this signal
                </Anchor>
              </>
            )}
          </>
        }
        actions={<ReplayButton signal={signal} />}
      />
      <Stack gap="md">
        <Verdict signal={signal} />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Panel title="What happened, step by step">
              <Timeline label="Steps of the signal" moments={moments} />
            </Panel>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack gap="md">
              {signal.orders.map((order) => (
                <SignalOrder key={order.id} order={order} />
              ))}
              {signal.orders.length === 0 && (
                <Panel title="Order">
                  {signal.status === "done" ? (
                    <EmptyState icon={IconReceiptOff} title="No order was placed">
                      {signal.message}
                    </EmptyState>
                  ) : (
                    <Text size="sm" c="dimmed">
                      Not decided yet.
                    </Text>
                  )}
                </Panel>
              )}
              <Payload signal={signal} />
            </Stack>
          </Grid.Col>
        </Grid>
      </Stack>
    </>
  );
}
