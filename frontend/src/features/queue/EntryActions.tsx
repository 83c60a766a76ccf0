import { ActionIcon, Group, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconDotsVertical,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconTrash,
} from "@tabler/icons-react";
import type { RankedEntry } from "@/api/types";
import { positionName } from "@/ui/trading/PositionName";
import { pinnedAfter } from "./order";
import { useQueueActions } from "./useQueueActions";

/** Move it by a place, open it, remove it. `entries` are those of the whole page; `null`: they cannot be moved here. */
export function EntryActions({ entry, entries }: { entry: RankedEntry; entries: RankedEntry[] | null }) {
  const actions = useQueueActions();
  const index = entries?.findIndex(({ id }) => id === entry.id) ?? -1;
  const move = (to: number) => actions.reorder(pinnedAfter(entries ?? [], index, to));
  const name = positionName(entry);
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      {entries && (
        <>
          <Move
            label={`Move ${name} up`}
            disabled={index <= 0 || actions.isReordering}
            onClick={() => move(index - 1)}
          >
            <IconArrowUp size={16} />
          </Move>
          <Move
            label={`Move ${name} down`}
            disabled={index === entries.length - 1 || actions.isReordering}
            onClick={() => move(index + 1)}
          >
            <IconArrowDown size={16} />
          </Move>
        </>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${name}`}>
            <IconDotsVertical size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={actions.full}
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={() => actions.promote(entry)}
          >
            {actions.full ? "Open now: no slot is free" : "Open now"}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlayerTrackNext size={16} aria-hidden />}
            onClick={() => actions.force(entry)}
          >
            Open beyond the limit
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => actions.remove(entry)}
          >
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

interface MoveProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Move({ label, disabled, onClick, children }: MoveProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
