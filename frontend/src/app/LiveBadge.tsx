import { Badge, Tooltip } from "@mantine/core";
import { IconAntennaBars5, IconCloudOff, IconRefresh } from "@tabler/icons-react";
import type { LiveState } from "@/api/live-protocol";
import { useLiveState } from "@/api/live-hooks";
import classes from "./Shell.module.css";

const LOOK = {
  live: { label: "Live", color: "teal", icon: IconAntennaBars5, hint: "Changes appear as they happen." },
  "catching-up": {
    label: "Catching up",
    color: "yellow",
    icon: IconRefresh,
    hint: "Connecting; missed changes are on their way.",
  },
  offline: {
    label: "Offline",
    color: "red",
    icon: IconCloudOff,
    hint: "No connection to the server. What you see may be old; trying again by itself.",
  },
} satisfies Record<LiveState, object>;

export function LiveBadge() {
  const state = useLiveState();
  const { label, color, icon: StateIcon, hint } = LOOK[state];
  return (
    <Tooltip label={hint} multiline maw={240}>
      <Badge
        variant="light"
        color={color}
        tt="none"
        fw={550}
        size="lg"
        role="status"
        tabIndex={0}
        data-live={state}
        leftSection={<StateIcon size={14} aria-hidden />}
        className={classes.live}
      >
        <span className={classes.liveLabel}>{label}</span>
      </Badge>
    </Tooltip>
  );
}
