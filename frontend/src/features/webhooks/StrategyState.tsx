import { Group } from "@mantine/core";
import { IconAlarm, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import type { Strategy } from "@/api/types";
import { ToneBadge } from "@/ui/ToneBadge";
import { useNow } from "@/ui/useNow";
import { isOverdue } from "./words";

const ON = { label: "On", color: "teal", icon: IconPlayerPlay };
const OFF = { label: "Off", color: "gray", icon: IconPlayerPause };
const OVERDUE = { label: "Overdue", color: "orange", icon: IconAlarm };

export function StrategyState({ strategy }: { strategy: Strategy }) {
  const overdue = isOverdue(strategy, useNow(strategy.expected_every_seconds !== null));
  return (
    <Group gap={6}>
      <ToneBadge look={strategy.enabled ? ON : OFF} status={strategy.enabled ? "on" : "off"} />
      {overdue && <ToneBadge look={OVERDUE} status="overdue" />}
    </Group>
  );
}
