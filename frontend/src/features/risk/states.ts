import {
  IconBan,
  IconCircleCheck,
  IconDoorExit,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconScissors,
  IconTrendingDown,
} from "@tabler/icons-react";
import type { RiskEffect, RiskEngine, RiskOffset } from "@/api/types";
import type { Appearance } from "@/ui/ToneBadge";

export const ENGINE_STATES: Record<RiskEngine["state"], Appearance> = {
  running: { label: "Running", color: "teal", icon: IconPlayerPlay },
  stopped: { label: "Stopped", color: "red", icon: IconPlayerStop },
  paused: { label: "Paused by the day’s loss", color: "orange", icon: IconPlayerPause },
};

export const EFFECTS: Record<RiskEffect, Appearance> = {
  "blocks entries": { label: "Blocks entries", color: "ocean", icon: IconBan },
  "closes positions": { label: "Closes positions", color: "orange", icon: IconDoorExit },
};

export const OFFSET_STATES: Record<RiskOffset["status"], Appearance> = {
  closing_winners: { label: "Closing winners", color: "ocean", icon: IconScissors },
  closing_loser: { label: "Closing the loser", color: "orange", icon: IconTrendingDown },
  done: { label: "Done", color: "teal", icon: IconCircleCheck },
  aborted: { label: "Ended early", color: "gray", icon: IconPlayerStop },
};
