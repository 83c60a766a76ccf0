import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import type { RiskCandidate, RiskPlan, RiskSettings } from "@/api/types";
import type { Column } from "@/ui/data-table/types";
import { EnvironmentBadge } from "@/ui/trading/badges";
import { Gain } from "@/ui/trading/Gain";
import { PositionSideText } from "@/ui/trading/PositionName";
import { CandidateActions } from "./CandidateActions";
import { Countdown } from "./Countdown";
import { purseOf, standingOf } from "./words";

interface Around {
  settings: RiskSettings;
  acts: boolean;
  plan: RiskPlan | null;
}

export function candidateColumns({ settings, acts, plan }: Around): Column<RiskCandidate>[] {
  const columns: Column<RiskCandidate>[] = [
    {
      key: "position",
      header: "Position",
      card: "title",
      csv: ({ symbol, side }) => `${side} ${symbol}`,
      render: ({ group_id, symbol, side, purse }) => (
        <Group gap={8} wrap="nowrap">
          <Anchor component={Link} to={`/positions/${group_id}`} size="sm" fw={550}>
            {symbol}
          </Anchor>
          <Text span size="sm">
            <PositionSideText side={side === "short" ? "short" : "long"} />
          </Text>
          <EnvironmentBadge environment={purseOf(purse).environment} size="xs" />
        </Group>
      ),
    },
    {
      key: "percent",
      header: "Result",
      numeric: true,
      csv: ({ pnl_percent }) => pnl_percent,
      render: ({ pnl_percent }) => <Gain value={pnl_percent} percent />,
    },
    {
      key: "money",
      header: "In money",
      numeric: true,
      csv: ({ pnl }) => pnl,
      render: ({ pnl, purse }) => <Gain value={pnl} unit={purseOf(purse).unit} />,
    },
    {
      key: "entries",
      header: "Entries",
      numeric: true,
      csv: ({ pyramids }) => pyramids,
      render: ({ pyramids, open_legs }) =>
        `${pyramids} of ${settings.required_pyramids}${open_legs > 0 ? `, ${open_legs} legs open` : ""}`,
    },
    {
      key: "timer",
      header: "Timer",
      numeric: true,
      csv: ({ timer_expires_at }) => timer_expires_at,
      render: ({ timer_expires_at }) => <Countdown expiresAt={timer_expires_at} />,
    },
    {
      key: "standing",
      header: "Now",
      csv: (it) => standingOf(it, settings.offset_enabled),
      render: (it) => (
        <Text size="sm" style={{ whiteSpace: "normal", minWidth: 160 }}>
          {standingOf(it, settings.offset_enabled)}
          {it.skip_once && it.hindrance !== "skipped" && " It will be skipped once."}
        </Text>
      ),
    },
  ];
  if (acts)
    columns.push({
      key: "actions",
      header: "",
      card: "actions",
      numeric: true,
      render: (candidate) => <CandidateActions candidate={candidate} plan={plan} />,
    });
  return columns;
}
