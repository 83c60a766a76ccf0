import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDotsVertical, IconKey, IconLink, IconSettings, IconTrash } from "@tabler/icons-react";
import type { Strategy } from "@/api/types";
import { TestMenu } from "./TestMenu";
import { useStrategyActions } from "./useStrategyActions";

export function StrategyActions({ strategy, onEdit }: { strategy: Strategy; onEdit: () => void }) {
  const actions = useStrategyActions(strategy);
  return (
    <>
      <TestMenu strategy={strategy} />
      <Button variant="default" leftSection={<IconSettings size={16} aria-hidden />} onClick={onEdit}>
        Settings
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={34} variant="default" aria-label={`More for ${strategy.name}`}>
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={actions.rotateToken}>
            New address
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={actions.rotateSecret}>
            New secret
          </Menu.Item>
          <Menu.Item
            color="red"
            disabled={strategy.is_default}
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={actions.remove}
          >
            {strategy.is_default ? "Delete: the default stays" : "Delete"}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
