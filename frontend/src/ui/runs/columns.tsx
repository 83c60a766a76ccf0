import { Anchor, Stack, Text, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { formatBytes, formatNumber } from "@/lib/format";
import type { Column } from "../data-table/types";
import { Duration } from "../Duration";
import { RelativeTime } from "../RelativeTime";
import { StatusBadge } from "../StatusBadge";
import { RunActions } from "./RunActions";

const script: Column<Run> = {
  key: "script",
  header: "Script",
  card: "title",
  csv: (run) => run.script_name,
  render: (run) => (
    <Anchor component={Link} to={`/runs/${run.id}`} size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
      {run.script_name}
    </Anchor>
  ),
};

const started: Column<Run> = {
  key: "started",
  header: "Run",
  card: "title",
  render: (run) => (
    <Anchor component={Link} to={`/runs/${run.id}`} size="sm" fw={550}>
      <RelativeTime at={run.started_at ?? run.queued_at} inherit />
    </Anchor>
  ),
};

const common: Column<Run>[] = [
  {
    key: "status",
    header: "State",
    card: "title",
    csv: (run) => run.status,
    render: (run) => (
      <Stack gap={2} align="flex-start">
        <StatusBadge status={run.status} />
        {run.queue_position !== null && (
          <Text size="xs" c="dimmed">
            place {formatNumber(run.queue_position)}
          </Text>
        )}
      </Stack>
    ),
  },
  {
    key: "explanation",
    header: "Outcome",
    csv: (run) => run.explanation,
    render: (run) =>
      run.explanation ? (
        <Tooltip label={run.explanation} multiline maw={360}>
          <Text size="sm" c="dimmed" lineClamp={1} maw={320} ta="inherit">
            {run.explanation}
          </Text>
        </Tooltip>
      ) : (
        <Text span c="dimmed">
          –
        </Text>
      ),
  },
  {
    key: "version",
    header: "Version",
    numeric: true,
    csv: (run) => run.version,
    render: (run) => run.version,
  },
];

const when: Column<Run> = {
  key: "queued_at",
  header: "Requested",
  numeric: true,
  sort: "queued_at",
  csv: (run) => run.queued_at,
  render: (run) => <RelativeTime at={run.queued_at} />,
};

const figures: Column<Run>[] = [
  {
    key: "duration",
    header: "Duration",
    numeric: true,
    csv: (run) => run.duration_seconds,
    render: (run) => <Duration startedAt={run.started_at} finishedAt={run.finished_at} />,
  },
  {
    key: "log",
    header: "Log",
    numeric: true,
    csv: (run) => run.log_bytes,
    render: (run) => (run.log_deleted ? "deleted" : formatBytes(run.log_bytes)),
  },
];

const actions: Column<Run> = {
  key: "actions",
  header: "Actions",
  card: "actions",
  width: 80,
  render: (run) => <RunActions run={run} compact open />,
};

const exported: Column<Run>[] = [
  { key: "id", header: "Id", render: () => null, csv: (run) => run.id },
  { key: "started_at", header: "Started", render: () => null, csv: (run) => run.started_at },
  { key: "finished_at", header: "Finished", render: () => null, csv: (run) => run.finished_at },
  { key: "exit_code", header: "Exit code", render: () => null, csv: (run) => run.exit_code },
  { key: "signal", header: "Signal", render: () => null, csv: (run) => run.signal },
  { key: "cpu", header: "CPU seconds", render: () => null, csv: (run) => run.cpu_seconds },
  { key: "memory", header: "Peak memory (bytes)", render: () => null, csv: (run) => run.peak_memory_bytes },
];

/** Runs of every script. */
export const RUN_COLUMNS = [script, ...common, when, ...figures, actions];

/** Runs of one script. */
export const SCRIPT_RUN_COLUMNS = [started, ...common, ...figures, actions];

/** What an export holds. */
export const RUN_EXPORT = [script, ...common, when, ...figures, ...exported];
