import { Group, Stack, Text } from "@mantine/core";
import type { Risk, RiskEngine } from "@/api/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { ToneBadge } from "@/ui/ToneBadge";
import { EnvironmentBadge } from "@/ui/trading/badges";
import { Gain } from "@/ui/trading/Gain";
import { ENGINE_STATES } from "./states";
import { purseOf } from "./words";

interface EngineStateProps {
  engine: RiskEngine;
  realised: Risk["realised_today"];
}

const GOES_ON = "Exits, take profits, stop losses and offsets go on.";

export function EngineState({ engine, realised }: EngineStateProps) {
  const { state, reason, stopped_at, loss_paused_at, restarted_at } = engine;
  const purses = Object.entries(realised);
  return (
    <Stack gap="xs">
      <div role="status" data-testid="engine">
        <Group gap="xs" mb={4}>
          <ToneBadge look={ENGINE_STATES[state]} status={state} />
          {state !== "running" && (
            <Text size="sm" c="dimmed">
              <RelativeTime at={stopped_at ?? loss_paused_at} inherit />
            </Text>
          )}
        </Group>
        {reason && (
          <Text size="sm" fw={550}>
            {reason}
          </Text>
        )}
        <Text size="sm">{consequence(engine)}</Text>
      </div>
      <Group gap="md">
        <Text size="sm" c="dimmed">
          Realised today (UTC)
          {restarted_at && isToday(restarted_at) && (
            <>
              , counted anew <RelativeTime at={restarted_at} inherit />
            </>
          )}
        </Text>
        {purses.length === 0 && <Text size="sm">nothing yet</Text>}
        {purses.map(([purse, amount]) => {
          const { environment, unit } = purseOf(purse);
          return (
            <Group key={purse} gap={6} wrap="nowrap">
              <EnvironmentBadge environment={environment} size="sm" />
              <Text size="sm" fw={600}>
                <Gain value={amount} unit={unit} />
              </Text>
            </Group>
          );
        })}
      </Group>
    </Stack>
  );
}

function consequence({ state, loss_paused_at }: RiskEngine): string {
  if (state === "running") return "Alerts open positions as far as the limits allow.";
  if (state === "paused")
    return `Alerts wait in the queue until you start entries; midnight does not lift the pause. ${GOES_ON}`;
  const both = loss_paused_at === null ? "" : " The day’s loss paused them as well; starting lifts both.";
  return `Alerts wait in the queue until you start entries.${both} ${GOES_ON}`;
}

function isToday(at: string): boolean {
  return new Date(at).toISOString().slice(0, 10) === new Date().toISOString().slice(0, 10);
}
