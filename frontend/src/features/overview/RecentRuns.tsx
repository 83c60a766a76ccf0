import { Anchor, Group, Text, Title } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { Run } from "@/api/types";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { Duration } from "@/ui/Duration";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
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
  { key: "status", header: "State", card: "title", render: ({ status }) => <StatusBadge status={status} /> },
  {
    key: "duration",
    header: "Duration",
    numeric: true,
    render: (run) => <Duration startedAt={run.started_at} finishedAt={run.finished_at} />,
  },
  {
    key: "queued",
    header: "Started",
    numeric: true,
    render: (run) => <RelativeTime at={run.started_at ?? run.queued_at} />,
  },
];

export function RecentRuns() {
  const runs = $api.useQuery("get", "/api/runs", { params: { query: { limit: 8 } } });
  return (
    <section aria-labelledby="recent-runs">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="recent-runs">
          Recent runs
        </Title>
        <Anchor component={Link} to="/runs" size="sm">
          All runs
        </Anchor>
      </Group>
      <DataTable
        label="Recent runs"
        columns={COLUMNS}
        query={runs}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/runs/${id}`}
        minWidth={420}
        empty={
          <EmptyState icon={IconHistory} title="No runs yet">
            <Text span inherit>
              Runs appear here as soon as you start a script.
            </Text>
          </EmptyState>
        }
      />
    </section>
  );
}
