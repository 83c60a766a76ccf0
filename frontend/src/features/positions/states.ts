import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleX,
  IconClockPause,
  IconDoorExit,
  IconHandStop,
  IconHourglass,
  IconPlayerStop,
  IconSend,
  IconTrendingUp,
} from "@tabler/icons-react";
import type { CloseReason, GroupDetail, GroupStatus, LegState } from "@/api/types";
import type { Appearance } from "@/ui/ToneBadge";

export const GROUP_STATES: Record<GroupStatus, Appearance> = {
  open: { label: "Open", color: "ocean", icon: IconTrendingUp },
  closing: { label: "Closing", color: "orange", icon: IconDoorExit },
  closed: { label: "Closed", color: "gray", icon: IconCircleCheck },
  failed: { label: "Needs a look", color: "red", icon: IconCircleX },
};

export const MANUAL: Appearance = { label: "By hand", color: "grape", icon: IconHandStop };

export const LEG_STATES: Record<LegState, Appearance> = {
  waiting: { label: "Waits for its price", color: "gray", icon: IconHourglass },
  sending: { label: "Sending", color: "cyan", icon: IconSend },
  resting: { label: "Resting", color: "ocean", icon: IconClockPause },
  partially_filled: { label: "Partly filled", color: "ocean", icon: IconCircleHalf2 },
  filled: { label: "Filled", color: "teal", icon: IconCircleCheck },
  closing: { label: "Closing", color: "orange", icon: IconDoorExit },
  taken: { label: "Profit taken", color: "teal", icon: IconCircleDashed },
  cancelled: { label: "Cancelled", color: "gray", icon: IconPlayerStop },
  refused: { label: "Refused", color: "red", icon: IconCircleX },
};

export const REASONS: Record<CloseReason, string> = {
  signal: "exit alert",
  take_profit: "take profit",
  stop_loss: "stop loss",
  trailing: "trailing stop",
  risk_offset: "loss offset",
  daily_loss: "daily loss",
  manual: "closed by hand",
  reverse: "reversed",
  kill_switch: "kill switch",
  never_filled: "nothing filled",
};

export const MODES: Record<GroupDetail["tp_mode"], string> = {
  per_leg: "each leg takes profit alone",
  aggregate: "all takes profit together",
  hybrid: "each leg takes profit, or all together",
  pyramid_aggregate: "each entry takes profit as a whole",
};

const ENTERING: readonly LegState[] = ["waiting", "sending", "resting", "partially_filled"];

/** Is its entry still to come, at least in part? */
export function isEntering(state: LegState): boolean {
  return ENTERING.includes(state);
}
