import type { RiskEffect } from "@/api/types";
import { ToneBadge } from "@/ui/ToneBadge";
import { EFFECTS } from "./states";

/** Whether a limit refuses what is new or closes what is open. */
export function EffectBadge({ effect }: { effect: RiskEffect }) {
  return <ToneBadge look={EFFECTS[effect]} status={effect} size="sm" />;
}
