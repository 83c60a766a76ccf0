import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCloudOff,
  IconHourglassHigh,
  IconLoader2,
} from "@tabler/icons-react";
import type { KeyStatus } from "@/api/types";
import type { Appearance } from "@/ui/ToneBadge";

export const KEY_STATES: Record<KeyStatus, Appearance & { words: string | null }> = {
  provisioning: {
    label: "Being made",
    color: "cyan",
    icon: IconHourglassHigh,
    words: "Its account on the paper exchange is being opened.",
  },
  checking: {
    label: "Testing…",
    color: "cyan",
    icon: IconLoader2,
    words: "The exchange is asked what this key may do.",
  },
  ready: { label: "Ready", color: "teal", icon: IconCircleCheck, words: null },
  refused: {
    label: "May not trade",
    color: "red",
    icon: IconAlertTriangle,
    words: null,
  },
  unreachable: {
    label: "No answer",
    color: "orange",
    icon: IconCloudOff,
    words: "The exchange could not be reached. It is tried again by itself; the key is kept.",
  },
};

export const MARKETS = { spot: "Spot", usdm: "USDT-M futures" } as const;
export const ENVIRONMENTS = [
  { value: "live", label: "Live: real money" },
  { value: "testnet", label: "Testnet: the exchange’s own test system" },
  { value: "paper", label: "Paper: the built-in exchange" },
] as const;
