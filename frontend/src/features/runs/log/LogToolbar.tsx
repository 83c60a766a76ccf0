import { ActionIcon, Button, Checkbox, Group, Popover, Stack, Text, Tooltip } from "@mantine/core";
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconClockHour4,
  IconCopy,
  IconDownload,
  IconFilter,
  IconTextWrap,
} from "@tabler/icons-react";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Log.module.css";
import { LEVELS, STREAMS } from "./types";
import type { Level, Stream } from "./types";
import type { ChangeFilters, LogFilters } from "./useLogQuery";

const STREAM_NAMES: Record<Stream, string> = {
  stdout: "Output (stdout)",
  stderr: "Errors (stderr)",
  system: "The platform (system)",
};
const LEVEL_NAMES: Record<Level, string> = {
  debug: "Debug",
  info: "Info",
  warning: "Warning",
  error: "Error",
  none: "No level",
};

interface LogToolbarProps {
  search: ReactNode;
  filters: LogFilters;
  onFilters: ChangeFilters;
  wrap: boolean;
  onWrap: () => void;
  showTime: boolean;
  onShowTime: () => void;
  onJump: (end: "start" | "end") => void;
  onCopy: () => void;
  downloadUrl: string;
}

export function LogToolbar(props: LogToolbarProps) {
  const { search, filters, onFilters, wrap, onWrap, showTime, onShowTime, onJump, onCopy, downloadUrl } =
    props;
  return (
    <Group className={classes.toolbar} p={6} gap={6} justify="space-between">
      {search}
      <Group gap={4} wrap="nowrap">
        <FilterMenu filters={filters} onChange={onFilters} />
        <Toggle label="Wrap long lines" icon={IconTextWrap} on={wrap} onClick={onWrap} />
        <Toggle label="Show times" icon={IconClockHour4} on={showTime} onClick={onShowTime} />
        <Act label="To the first line" icon={IconArrowBarToUp} onClick={() => onJump("start")} />
        <Act label="To the last line" icon={IconArrowBarToDown} onClick={() => onJump("end")} />
        <Act label="Copy the lines" icon={IconCopy} onClick={onCopy} />
        <Tooltip label="Download logs.txt, as written">
          <ActionIcon component="a" href={downloadUrl} download aria-label="Download logs.txt">
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}

function FilterMenu({ filters, onChange }: { filters: LogFilters; onChange: ChangeFilters }) {
  const active = filters.streams.length + filters.levels.length > 0;
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant={active ? "light" : "subtle"}
          color={active ? undefined : "gray"}
          leftSection={<IconFilter size={15} aria-hidden />}
        >
          {active ? "Filtered" : "Filter"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          <Checkbox.Group
            label="Streams"
            value={filters.streams}
            onChange={(streams) => onChange({ streams: STREAMS.filter((one) => streams.includes(one)) })}
          >
            <Stack gap={6} mt={6}>
              {STREAMS.map((stream) => (
                <Checkbox key={stream} size="xs" value={stream} label={STREAM_NAMES[stream]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Checkbox.Group
            label="Levels"
            description="As stated in the line; a traceback is an error."
            value={filters.levels}
            onChange={(levels) => onChange({ levels: LEVELS.filter((one) => levels.includes(one)) })}
          >
            <Stack gap={6} mt={6}>
              {LEVELS.map((level) => (
                <Checkbox key={level} size="xs" value={level} label={LEVEL_NAMES[level]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Text size="xs" c="dimmed">
            Nothing ticked shows everything.
          </Text>
          <Button
            size="xs"
            variant="default"
            disabled={!active}
            onClick={() => onChange({ streams: [], levels: [] })}
          >
            Show everything
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface ActProps {
  label: string;
  icon: Icon;
  onClick: () => void;
}

function Act({ label, icon: ActIcon, onClick }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        <ActIcon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Toggle({ label, icon: ToggleIcon, on, onClick }: ActProps & { on: boolean }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        aria-pressed={on}
        variant={on ? "light" : "subtle"}
        color={on ? "ocean" : "gray"}
        onClick={onClick}
      >
        <ToggleIcon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
