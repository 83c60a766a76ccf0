import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDotsVertical, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import type { DcaConfig } from "@/api/types";
import { ANY_PAIR } from "./config-form";
import { useConfigActions } from "./useConfigActions";

export function ConfigMenu({ config }: { config: DcaConfig }) {
  const actions = useConfigActions();
  const { enabled } = config;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${config.pair === ANY_PAIR ? "any pair" : config.pair}`}>
          <IconDotsVertical size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to={`/configurations/new?from=${config.id}`}
          leftSection={<IconCopy size={16} aria-hidden />}
        >
          Make another like it
        </Menu.Item>
        <Menu.Item
          leftSection={
            enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
          }
          onClick={() => actions.turn(config, !enabled)}
        >
          {enabled ? "Switch off" : "Switch on"}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => actions.remove(config)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
