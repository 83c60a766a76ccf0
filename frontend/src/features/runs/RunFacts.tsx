import { Anchor, List, Spoiler, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { isActive } from "@/api/types";
import type { Run, RunLimits } from "@/api/types";
import { formatBytes, formatDuration, formatNumber, plural } from "@/lib/format";
import { Duration } from "@/ui/Duration";
import { Facts } from "@/ui/Facts";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { signalName } from "./signals";

type Fact = [name: string, value: ReactNode];

export function RunFacts({ run }: { run: Run }) {
  return (
    <Stack gap="md">
      <Panel title="Run">
        <Facts facts={[...course(run), ...use(run), ...log(run)]} />
      </Panel>
      <Panel title="Where and how">
        <Facts
          facts={[
            [
              "Version",
              <Anchor key="version" component={Link} inherit to={`/scripts/${run.script_id}?tab=versions`}>
                {run.version}
              </Anchor>,
            ],
            ["Worker", run.worker ?? "none yet"],
            ["Network", run.network ? "on" : "off"],
            ["Sandbox", run.sandbox ?? "not started"],
          ]}
        />
        <Promises run={run} />
      </Panel>
      <Panel title="Limits">
        <Facts facts={limits(run.limits)} />
      </Panel>
    </Stack>
  );
}

function course(run: Run): Fact[] {
  const facts: Fact[] = [["Requested", <RelativeTime key="queued" at={run.queued_at} />]];
  if (run.started_at) facts.push(["Started", <RelativeTime key="started" at={run.started_at} />]);
  if (run.finished_at) facts.push(["Ended", <RelativeTime key="finished" at={run.finished_at} />]);
  if (run.started_at) {
    facts.push([
      "Duration",
      <Duration key="duration" startedAt={run.started_at} finishedAt={run.finished_at} />,
    ]);
  }
  if (run.exit_code !== null) facts.push(["Exit code", <Num key="code">{run.exit_code}</Num>]);
  if (run.signal !== null) facts.push(["Signal", signalName(run.signal)]);
  if (run.reason)
    facts.push([
      "Reason",
      <Text key="reason" span ff="monospace" fz="xs">
        {run.reason}
      </Text>,
    ]);
  return facts;
}

function use(run: Run): Fact[] {
  const facts: Fact[] = [];
  if (run.cpu_seconds !== null)
    facts.push(["CPU time", <Num key="cpu">{formatDuration(Number(run.cpu_seconds))}</Num>]);
  if (run.peak_memory_bytes !== null) {
    facts.push(["Peak memory", <Num key="memory">{formatBytes(run.peak_memory_bytes)}</Num>]);
  }
  return facts;
}

function log(run: Run): Fact[] {
  if (isActive(run.status)) return [];
  if (run.log_deleted) return [["Log", "removed by retention"]];
  const size = `${plural(run.log_lines, "line")}, ${formatBytes(run.log_bytes)}`;
  return [["Log", <Num key="log">{run.log_truncated ? `${size}, cut at its limit` : size}</Num>]];
}

function limits(limit: RunLimits): Fact[] {
  const time = (seconds: number) => (seconds === 0 ? "none" : formatDuration(seconds));
  const facts: [string, string][] = [
    ["Wall time", time(limit.max_execution_time)],
    ["CPU time", time(limit.cpu_seconds)],
    ["Memory", formatBytes(limit.memory_bytes)],
    ["Scratch space", formatBytes(limit.scratch_bytes)],
    ["Processes", formatNumber(limit.processes)],
    ["Open files", formatNumber(limit.open_files)],
  ];
  return facts.map(([name, value]) => [name, <Num key={name}>{value}</Num>]);
}

function Num({ children }: { children: ReactNode }) {
  return <span className="dc-num">{children}</span>;
}

/** What the sandbox of the run's worker promises, in the worker's own words. */
function Promises({ run }: { run: Run }) {
  const monitor = $api.useQuery("get", "/api/monitor", {}, { enabled: run.sandbox !== null });
  const workers = monitor.data?.workers ?? [];
  const worker =
    workers.find(({ id }) => id === run.worker) ?? workers.find(({ sandbox }) => sandbox === run.sandbox);
  if (!worker || worker.sandbox_promises.length === 0) return null;
  return (
    <Spoiler
      mt="xs"
      fz="xs"
      maxHeight={0}
      showLabel="What this sandbox promises"
      hideLabel="Hide the promises"
    >
      <List size="xs" spacing={4}>
        {worker.sandbox_promises.map((promise) => (
          <List.Item key={promise}>{promise}</List.Item>
        ))}
      </List>
    </Spoiler>
  );
}
