import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { IconDotsVertical, IconHandStop, IconRefresh, IconRobot, IconX } from "@tabler/icons-react";
import { canAct, useMe } from "@/api/account";
import type { PositionGroup } from "@/api/types";
import { positionName } from "@/ui/trading/PositionName";
import { useGroupActions } from "./useGroupActions";

/** Close, read the exchange again, take over by hand; nothing once it is over. */
export function GroupMenu({ group }: { group: PositionGroup }) {
  const acts = canAct(useMe());
  const actions = useGroupActions(group);
  const { status, is_manual } = group;
  if (!acts || status === "closed" || status === "failed") return null;
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        size="compact-sm"
        color="red"
        variant="light"
        leftSection={<IconX size={14} aria-hidden />}
        disabled={status === "closing"}
        onClick={actions.close}
        aria-label={`Close ${positionName(group)}`}
      >
        {status === "closing" ? "Closing…" : "Close"}
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${positionName(group)}`}>
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={actions.sync}>
            Sync with the exchange
          </Menu.Item>
          <Menu.Item
            leftSection={
              is_manual ? <IconRobot size={16} aria-hidden /> : <IconHandStop size={16} aria-hidden />
            }
            onClick={() => actions.setManual(!is_manual)}
          >
            {is_manual ? "Give back to the engine" : "Take over by hand"}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
