import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDotsVertical,
  IconLock,
  IconLockOpen,
  IconPlayerPlay,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import type { RiskCandidate, RiskPlan } from "@/api/types";
import { useRiskActions } from "./useRiskActions";
import { canRun } from "./words";

interface CandidateActionsProps {
  candidate: RiskCandidate;
  plan: RiskPlan | null;
}

/** Pay for it now, leave it out once, or leave it alone. */
export function CandidateActions({ candidate, plan }: CandidateActionsProps) {
  const { run, skip, block, unblock } = useRiskActions();
  const uncovered = plan?.loser_id === candidate.group_id && !plan.covers;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${candidate.symbol}`}>
          <IconDotsVertical size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!canRun(candidate) || uncovered}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => run(candidate, plan)}
        >
          {uncovered ? "Run now: gains do not cover it" : "Run now"}
        </Menu.Item>
        <Menu.Item
          disabled={candidate.skip_once}
          leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
          onClick={() => skip(candidate)}
        >
          Skip once
        </Menu.Item>
        {candidate.is_blocked ? (
          <Menu.Item leftSection={<IconLockOpen size={16} aria-hidden />} onClick={() => unblock(candidate)}>
            Unblock
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={() => block(candidate)}>
            Block
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
