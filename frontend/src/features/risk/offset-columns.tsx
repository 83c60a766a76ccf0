import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { RiskOffset } from "@/api/types";
import { shortened } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import type { Column } from "@/ui/data-table/types";
import { Num } from "@/ui/Num";
import { RelativeTime } from "@/ui/RelativeTime";
import { ToneBadge } from "@/ui/ToneBadge";
import { amountInWords, plannedParts } from "./offset-plan";
import { OFFSET_STATES } from "./states";

const unitOf = (offset: RiskOffset) => quoteOf(plannedParts(offset).loser?.symbol ?? "");
const winnersOf = (offset: RiskOffset) => plannedParts(offset).winners.map(amountInWords).join(", ");

function money(key: "needed" | "realised" | "loss", header: string): Column<RiskOffset> {
  return {
    key,
    header,
    numeric: true,
    csv: (offset) => offset[key],
    render: (offset) => {
      const value = offset[key];
      return <Num value={value === null ? null : shortened(value, 6)} unit={unitOf(offset)} />;
    },
  };
}

export const OFFSET_COLUMNS: Column<RiskOffset>[] = [
  {
    key: "loser",
    header: "Paid for",
    card: "title",
    csv: (offset) => plannedParts(offset).loser?.symbol,
    render: (offset) => (
      <Anchor component={Link} to={`/positions/${offset.loser_id}`} size="sm" fw={550}>
        {plannedParts(offset).loser?.symbol ?? "the position"}
      </Anchor>
    ),
  },
  {
    key: "state",
    header: "State",
    card: "title",
    csv: ({ status }) => status,
    render: ({ status }) => <ToneBadge look={OFFSET_STATES[status]} status={status} />,
  },
  {
    key: "winners",
    header: "With",
    csv: winnersOf,
    render: (offset) => (
      <Text size="sm" style={{ whiteSpace: "normal", minWidth: 120 }}>
        {winnersOf(offset) || "–"}
      </Text>
    ),
  },
  money("needed", "Needed"),
  money("realised", "Winners brought"),
  money("loss", "Loser cost"),
  {
    key: "note",
    header: "Note",
    csv: ({ note }) => note,
    render: ({ note }) => (
      <Text size="sm" style={{ whiteSpace: "normal", minWidth: 120 }}>
        {note || "–"}
      </Text>
    ),
  },
  {
    key: "begun",
    header: "Begun",
    numeric: true,
    csv: ({ created_at }) => created_at,
    render: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  {
    key: "settled",
    header: "Ended",
    numeric: true,
    csv: ({ settled_at }) => settled_at,
    render: ({ settled_at }) => <RelativeTime at={settled_at} fallback="under way" />,
  },
];
