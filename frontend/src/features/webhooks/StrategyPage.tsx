import { Grid, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconAlarm, IconCircleCheck, IconCircleX, IconInbox } from "@tabler/icons-react";
import { useParams } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Strategy } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { useDialogParam } from "@/lib/useDialogParam";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { RelativeTime } from "@/ui/RelativeTime";
import { Stat } from "@/ui/Stat";
import { useNow } from "@/ui/useNow";
import { Connect } from "./Connect";
import { RecentSignals } from "./RecentSignals";
import { Rules } from "./Rules";
import { StrategyActions } from "./StrategyActions";
import { StrategyDialog } from "./StrategyDialog";
import { StrategyState } from "./StrategyState";
import { isOverdue, secondsInWords } from "./words";

const BACK = { label: "Webhooks", to: "/webhooks" };

export function StrategyPage() {
  const { strategyId = "" } = useParams();
  const query = $api.useQuery("get", "/api/strategies/{strategy_id}", {
    params: { path: { strategy_id: strategyId } },
  });
  if (query.data) return <StrategyView key={strategyId} strategy={query.data} />;
  const gone = [404, 422].includes(asProblem(query.error).status);
  return (
    <>
      <PageHeader title={!query.isPending && gone ? "No such webhook" : "Webhook"} back={BACK} />
      {query.isPending ? (
        <Skeleton h={320} aria-label="Loading the webhook" />
      ) : (
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      )}
    </>
  );
}

function StrategyView({ strategy }: { strategy: Strategy }) {
  const acts = canAct(useMe());
  const [editing, dialog] = useDialogParam("edit");
  return (
    <>
      <PageHeader
        title={strategy.name}
        badge={<StrategyState strategy={strategy} />}
        back={BACK}
        description={
          strategy.is_default ? "The default: the addresses with your user id lead here." : undefined
        }
        actions={acts && <StrategyActions strategy={strategy} onEdit={dialog.open} />}
      />
      <Stack gap="md">
        <Figures strategy={strategy} />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 7 }}>
            {acts ? <Connect strategy={strategy} /> : <RecentSignals strategy={strategy} />}
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack gap="md">
              <Rules strategy={strategy} />
              {acts && <RecentSignals strategy={strategy} />}
            </Stack>
          </Grid.Col>
        </Grid>
      </Stack>
      {editing && <StrategyDialog strategy={strategy} onClose={dialog.close} />}
    </>
  );
}

function Figures({ strategy }: { strategy: Strategy }) {
  const health = $api.useQuery("get", "/api/strategies/{strategy_id}/health", {
    params: { path: { strategy_id: strategy.id } },
  });
  const overdue = isOverdue(strategy, useNow());
  const {
    received_24h: received = 0,
    executed_24h: executed = 0,
    refused_24h: refused = 0,
  } = health.data ?? {};
  const of = `?strategy_id=${strategy.id}`;
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: "xs", sm: "md" }}>
      <Stat
        label="Last alert"
        value={<RelativeTime at={strategy.last_received_at} fallback="never" inherit />}
        note={
          overdue
            ? `overdue: expected every ${secondsInWords(strategy.expected_every_seconds, "")}`
            : `expected ${strategy.expected_every_seconds === null ? "whenever it comes" : `every ${secondsInWords(strategy.expected_every_seconds, "")}`}`
        }
        icon={IconAlarm}
        color={overdue ? "orange" : undefined}
      />
      <Stat
        label="Received"
        value={formatNumber(received)}
        note="in the last 24 hours"
        icon={IconInbox}
        loading={health.isPending}
        to={`/signals${of}`}
      />
      <Stat
        label="Executed"
        value={formatNumber(executed)}
        note="in the last 24 hours"
        icon={IconCircleCheck}
        color="teal"
        loading={health.isPending}
        to={`/signals${of}&outcome=executed&outcome=exit_executed`}
      />
      <Stat
        label="Refused"
        value={formatNumber(refused)}
        note="in the last 24 hours"
        icon={IconCircleX}
        color={refused > 0 ? "red" : undefined}
        loading={health.isPending}
        to={`/signals${of}`}
      />
    </SimpleGrid>
  );
}
