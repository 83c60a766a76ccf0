import { Badge, Divider, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import type { Monitor, Worker } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { partsOf, useReadiness } from "./readiness";

/** Which parts of the installation work, and the workers that run scripts. */
export function Health({ monitor }: { monitor: Monitor | undefined }) {
  const ready = useReadiness();
  const parts = ready.data ? ready.data.parts : ready.error ? partsOf(asProblem(ready.error)) : null;
  const workers = monitor?.workers ?? [];
  return (
    <Panel title="System health" actions={parts && <Verdict ok={parts.every(({ ok }) => ok)} />}>
      {ready.isPending && <Skeleton h={110} />}
      {ready.error && !parts && <ErrorState error={ready.error} onRetry={() => void ready.refetch()} />}
      <Stack gap={8}>
        {parts?.map(({ name, ok, detail }) => (
          <div key={name}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Text size="sm">{name.replaceAll("_", " ")}</Text>
              <State ok={ok} />
            </Group>
            {!ok && (
              <Text size="xs" c="dimmed">
                {detail}
              </Text>
            )}
          </div>
        ))}
      </Stack>
      {workers.length > 0 && (
        <>
          <Divider my="sm" label="Workers" labelPosition="left" />
          <Stack gap={10}>
            {workers.map((worker) => (
              <Group key={worker.id} justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
                <div style={{ minWidth: 0 }}>
                  <Text size="sm" truncate title={worker.id}>
                    {worker.kind} on {worker.host}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {worker.alive ? (
                      workload(worker)
                    ) : (
                      <>
                        last seen <RelativeTime at={worker.heartbeat_at} inherit />
                      </>
                    )}
                  </Text>
                </div>
                <State ok={worker.alive} bad="gone" />
              </Group>
            ))}
          </Stack>
        </>
      )}
    </Panel>
  );
}

function workload({ active_runs, capacity, sandbox }: Worker): string {
  if (capacity === 0) return "clean-up and schedules";
  return `${active_runs} of ${capacity} runs${sandbox ? ` · ${sandbox}` : ""}`;
}

function Verdict({ ok }: { ok: boolean }) {
  return (
    <Badge variant="light" color={ok ? "teal" : "red"} tt="none">
      {ok ? "All good" : "Needs attention"}
    </Badge>
  );
}

function State({ ok, bad = "failing" }: { ok: boolean; bad?: string }) {
  const StateIcon = ok ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap={4} wrap="nowrap" c={ok ? "var(--dc-gain)" : "var(--dc-loss)"}>
      <StateIcon size={16} aria-hidden />
      <Text size="xs" fw={550}>
        {ok ? "ok" : bad}
      </Text>
    </Group>
  );
}
