import { Group, Text, Tooltip } from "@mantine/core";
import type { PositionGroup } from "@/api/types";
import { ToneBadge } from "@/ui/ToneBadge";
import { GROUP_STATES, MANUAL, REASONS } from "./states";

/** Its state, why it closes, and whether it is left to its owner. */
export function GroupBadges({ group, size }: { group: PositionGroup; size?: string }) {
  const { status, close_reason, close_note, is_manual } = group;
  const over = status === "closed" || status === "failed";
  return (
    <Group gap={6}>
      <ToneBadge look={GROUP_STATES[status]} status={status} size={size} />
      {is_manual && !over && (
        <Tooltip label="Nothing happens to it by itself.">
          <span>
            <ToneBadge look={MANUAL} status="manual" size={size} />
          </span>
        </Tooltip>
      )}
      {close_reason && (
        <Text span size="sm" c="dimmed">
          {REASONS[close_reason]}
          {close_note && `: ${close_note}`}
        </Text>
      )}
    </Group>
  );
}
