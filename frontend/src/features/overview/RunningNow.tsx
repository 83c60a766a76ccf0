import { Anchor, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { ACTIVE_STATES } from "@/api/types";
import { Duration } from "@/ui/Duration";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { StatusBadge } from "@/ui/StatusBadge";

const SHOWN = 8;

export function RunningNow() {
  const runs = $api.useQuery("get", "/api/runs", {
    params: { query: { status: [...ACTIVE_STATES], limit: SHOWN } },
  });
  const more = (runs.data?.total ?? 0) - SHOWN;
  return (
    <Panel title="Running now">
      {runs.isPending && <Skeleton h={20} />}
      {runs.error && !runs.data && <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.data?.total === 0 && (
        <Text size="sm" c="dimmed">
          Nothing runs at the moment.
        </Text>
      )}
      <Stack gap="xs">
        {runs.data?.items.map((run) => (
          <Group key={run.id} justify="space-between" wrap="nowrap" gap="sm">
            <Anchor component={Link} to={`/runs/${run.id}`} size="sm" fw={550} truncate>
              {run.script_name}
            </Anchor>
            <Group gap="md" wrap="nowrap">
              <Text size="sm" component="span" c="dimmed">
                {run.queue_position === null ? (
                  <Duration startedAt={run.started_at} finishedAt={run.finished_at} />
                ) : (
                  `place ${run.queue_position}`
                )}
              </Text>
              <StatusBadge status={run.status} />
            </Group>
          </Group>
        ))}
        {more > 0 && (
          <Anchor
            component={Link}
            to="/runs?status=queued&status=starting&status=running&status=cancelling"
            size="sm"
          >
            and {more} more
          </Anchor>
        )}
      </Stack>
    </Panel>
  );
}
