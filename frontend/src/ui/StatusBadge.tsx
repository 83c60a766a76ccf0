import type { BadgeProps } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockHour4,
  IconFileCode,
  IconHourglassHigh,
  IconPlayerPlay,
  IconPlayerStop,
  IconRocket,
} from "@tabler/icons-react";
import type { RunStatus } from "@/api/types";
import { type Appearance, ToneBadge } from "./ToneBadge";

export const RUN_STATES: Record<RunStatus | "uploaded", Appearance> = {
  uploaded: { label: "Never run", color: "gray", icon: IconFileCode },
  queued: { label: "Queued", color: "gray", icon: IconCircleDashed },
  starting: { label: "Starting", color: "cyan", icon: IconRocket },
  running: { label: "Running", color: "ocean", icon: IconPlayerPlay },
  cancelling: { label: "Stopping…", color: "orange", icon: IconHourglassHigh },
  completed: { label: "Completed", color: "teal", icon: IconCircleCheck },
  failed: { label: "Failed", color: "red", icon: IconCircleX },
  timed_out: { label: "Timed out", color: "orange", icon: IconClockHour4 },
  cancelled: { label: "Stopped", color: "gray", icon: IconPlayerStop },
  lost: { label: "Lost", color: "grape", icon: IconAlertTriangle },
};

/** A run's state. */
export function StatusBadge({ status, ...rest }: { status: RunStatus | "uploaded" } & BadgeProps) {
  return <ToneBadge look={RUN_STATES[status]} status={status} {...rest} />;
}
