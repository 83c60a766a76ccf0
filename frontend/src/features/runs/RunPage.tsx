import { Button, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconFileCode, IconTrashX } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Run } from "@/api/types";
import { Duration } from "@/ui/Duration";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { RelativeTime } from "@/ui/RelativeTime";
import { RunActions } from "@/ui/runs/RunActions";
import { StatusBadge } from "@/ui/StatusBadge";
import { LogPanel } from "./log/LogPanel";
import { RunFacts } from "./RunFacts";
import { RunOutcome } from "./RunOutcome";
import classes from "./RunPage.module.css";

const BACK = { label: "Runs", to: "/runs" };

export function RunPage() {
  const { runId = "" } = useParams();
  const query = $api.useQuery("get", "/api/runs/{run_id}", { params: { path: { run_id: runId } } });
  if (query.isPending) return <Waiting />;
  if (!query.data) {
    const gone = [404, 422].includes(asProblem(query.error).status);
    return (
      <>
        <PageHeader title={gone ? "No such run" : "Run"} back={BACK} />
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      </>
    );
  }
  return <RunView key={runId} run={query.data} />;
}

function RunView({ run }: { run: Run }) {
  return (
    <>
      <PageHeader
        title={run.script_name}
        badge={<StatusBadge status={run.status} size="lg" />}
        back={BACK}
        description={
          <>
            Version {run.version} · {run.started_at ? "started" : "requested"}{" "}
            <RelativeTime at={run.started_at ?? run.queued_at} inherit />
            {run.started_at && (
              <>
                {" · "}
                <Duration startedAt={run.started_at} finishedAt={run.finished_at} />
              </>
            )}
          </>
        }
        actions={
          <>
            <Button
              component={Link}
              to={`/scripts/${run.script_id}`}
              variant="default"
              leftSection={<IconFileCode size={16} aria-hidden />}
            >
              Script
            </Button>
            <RunActions run={run} open />
          </>
        }
      />
      <Stack gap="md">
        <RunOutcome run={run} />
        <div className={classes.layout}>
          {run.log_deleted ? (
            <Paper>
              <EmptyState icon={IconTrashX} title="The log is gone">
                Old logs are removed after a while. The run’s figures stay.
              </EmptyState>
            </Paper>
          ) : (
            <LogPanel runId={run.id} name={run.script_name} className={classes.log} />
          )}
          <div className={classes.facts}>
            <RunFacts run={run} />
          </div>
        </div>
      </Stack>
    </>
  );
}

function Waiting() {
  return (
    <>
      <PageHeader title="Run" back={BACK} />
      <div className={classes.layout} role="status" aria-label="Loading the run">
        <Paper className={classes.log} p="md">
          <Stack gap="sm">
            {[60, 80, 45, 70, 55].map((width) => (
              <Skeleton key={width} h={12} w={`${width}%`} />
            ))}
          </Stack>
        </Paper>
        <Paper p="md">
          <Text size="sm" c="dimmed">
            Loading the run…
          </Text>
        </Paper>
      </div>
    </>
  );
}
