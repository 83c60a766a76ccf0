import { Anchor, Text } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { ACTIVE_STATES } from "@/api/types";
import type { Run } from "@/api/types";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { Duration } from "@/ui/Duration";
import { EmptyState } from "@/ui/EmptyState";
import { RunActions } from "@/ui/runs/RunActions";
import { StatusBadge } from "@/ui/StatusBadge";

const COLUMNS: Column<Run>[] = [
  {
    key: "script",
    header: "Script",
    card: "title",
    render: (run) => (
      <Anchor component={Link} to={`/runs/${run.id}`} size="sm" fw={550}>
        {run.script_name}
      </Anchor>
    ),
  },
  { key: "status", header: "State", card: "title", render: (run) => <StatusBadge status={run.status} /> },
  {
    key: "worker",
    header: "Held by",
    render: (run) =>
      run.worker ?? (
        <Text span size="sm" c="dimmed">
          {run.queue_position === null ? "nobody yet" : `waits at place ${run.queue_position}`}
        </Text>
      ),
  },
  {
    key: "duration",
    header: "For",
    numeric: true,
    render: (run) => <Duration startedAt={run.started_at ?? run.queued_at} finishedAt={null} />,
  },
  {
    key: "actions",
    header: "Actions",
    card: "actions",
    width: 80,
    render: (run) => <RunActions run={run} compact />,
  },
];

/** Which worker holds which of the account's runs by a lease. */
export function Leases() {
  const runs = $api.useQuery("get", "/api/runs", {
    params: { query: { status: [...ACTIVE_STATES], limit: 50 } },
  });
  return (
    <DataTable
      label="Active runs"
      columns={COLUMNS}
      query={runs}
      rowKey={({ id }) => id}
      rowTo={({ id }) => `/runs/${id}`}
      minWidth={560}
      empty={
        <EmptyState icon={IconPlayerPause} title="Nothing runs at the moment">
          A started run appears here with the worker that holds it.
        </EmptyState>
      }
    />
  );
}
