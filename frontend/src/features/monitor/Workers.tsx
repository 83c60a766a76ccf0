import { Anchor, Group, List, Popover, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconServerOff } from "@tabler/icons-react";
import type { Monitor, Worker } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";

const COLUMNS: Column<Worker>[] = [
  {
    key: "host",
    header: "Worker",
    card: "title",
    render: (worker) => (
      <div>
        <Text size="sm" fw={550}>
          {worker.kind} on {worker.host}
        </Text>
        <Text size="xs" c="dimmed" className="dc-num">
          process {worker.pid}
        </Text>
      </div>
    ),
  },
  { key: "alive", header: "State", card: "title", render: (worker) => <Alive worker={worker} /> },
  {
    key: "heartbeat",
    header: "Heartbeat",
    numeric: true,
    render: (worker) => <RelativeTime at={worker.heartbeat_at} />,
  },
  {
    key: "started",
    header: "Up since",
    numeric: true,
    render: (worker) => <RelativeTime at={worker.started_at} />,
  },
  {
    key: "runs",
    header: "Runs held",
    numeric: true,
    render: (worker) =>
      worker.capacity > 0 ? `${formatNumber(worker.active_runs)} of ${formatNumber(worker.capacity)}` : "–",
  },
  { key: "sandbox", header: "Sandbox", render: (worker) => <Sandbox worker={worker} /> },
];

/** The workers that the database knows, with their last sign of life. */
export function Workers({ monitor }: { monitor: Monitor }) {
  return (
    <DataTable
      label="Workers"
      columns={COLUMNS}
      query={{
        data: { items: monitor.workers, total: monitor.workers.length },
        error: null,
        isPending: false,
        refetch: () => undefined,
      }}
      rowKey={({ id }) => id}
      minWidth={680}
      empty={
        <EmptyState icon={IconServerOff} title="No worker is running">
          Runs stay queued until one starts. On the machine, “dollarclub doctor” says what is wrong.
        </EmptyState>
      }
    />
  );
}

function Alive({ worker }: { worker: Worker }) {
  const StateIcon = worker.alive ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap={4} wrap="nowrap" c={worker.alive ? "var(--dc-gain)" : "var(--dc-loss)"}>
      <StateIcon size={16} aria-hidden />
      <Text size="sm" fw={550}>
        {worker.alive ? "alive" : "gone"}
      </Text>
    </Group>
  );
}

function Sandbox({ worker }: { worker: Worker }) {
  if (!worker.sandbox)
    return (
      <Text span size="sm" c="dimmed">
        runs no scripts
      </Text>
    );
  if (worker.sandbox_promises.length === 0) return worker.sandbox;
  return (
    <Popover position="bottom-end" width={360} withArrow shadow="md">
      <Popover.Target>
        <Anchor component="button" type="button" size="sm" underline="always">
          {worker.sandbox}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={550} mb={6}>
          What the sandbox promises
        </Text>
        <List size="sm" spacing={4}>
          {worker.sandbox_promises.map((promise) => (
            <List.Item key={promise}>{promise}</List.Item>
          ))}
        </List>
      </Popover.Dropdown>
    </Popover>
  );
}
