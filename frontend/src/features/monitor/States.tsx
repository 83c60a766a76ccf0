import { Anchor, Progress, Stack, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Monitor, RunStatus } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { RUN_STATES, StatusBadge } from "@/ui/StatusBadge";

const STATES = (Object.keys(RUN_STATES) as (RunStatus | "uploaded")[]).filter(
  (state): state is RunStatus => state !== "uploaded",
);

/** All runs by their state. */
export function States({ monitor }: { monitor: Monitor }) {
  const most = Math.max(1, ...STATES.map((state) => monitor.by_status[state] ?? 0));
  return (
    <Panel title="Runs by state">
      <Table verticalSpacing={5} horizontalSpacing={0} withRowBorders={false} aria-label="Runs by state">
        <Table.Tbody>
          {STATES.map((state) => {
            const count = monitor.by_status[state] ?? 0;
            return (
              <Table.Tr key={state}>
                <Table.Td w={120}>
                  <StatusBadge status={state} />
                </Table.Td>
                <Table.Td>
                  <Progress
                    value={(count / most) * 100}
                    color={RUN_STATES[state].color}
                    size="sm"
                    aria-hidden
                  />
                </Table.Td>
                <Table.Td w={80} className="dc-num-right">
                  {count === 0 ? (
                    <Text span size="sm" c="dimmed">
                      0
                    </Text>
                  ) : (
                    <Anchor component={Link} to={`/runs?status=${state}`} size="sm">
                      {formatNumber(count)}
                    </Anchor>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

/** Messages that wait in each queue. They are nudges only: the runs themselves wait in the database. */
export function Queues({ monitor }: { monitor: Monitor }) {
  const queues = Object.entries(monitor.queues);
  return (
    <Panel title="Queues">
      <Stack gap="xs">
        <Table verticalSpacing={5} horizontalSpacing={0} withRowBorders={false} aria-label="Queues">
          <Table.Tbody>
            {queues.map(([name, waiting]) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td className="dc-num-right">
                  {waiting === null ? (
                    <Text span size="sm" c="var(--dc-loss)">
                      Redis is away
                    </Text>
                  ) : (
                    `${formatNumber(waiting)} waiting`
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="xs" c="dimmed">
          A message only wakes a worker up. Runs wait in the database, and workers find them without Redis
          too.
        </Text>
      </Stack>
    </Panel>
  );
}
