import { Anchor, Badge } from "@mantine/core";
import { IconCircleCheck, IconPlayerPause } from "@tabler/icons-react";
import { Link } from "react-router";
import type { DcaConfig } from "@/api/types";
import type { Column } from "@/ui/data-table/types";
import { Num } from "@/ui/Num";
import { RelativeTime } from "@/ui/RelativeTime";
import { ToneBadge } from "@/ui/ToneBadge";
import { KeyName } from "@/ui/trading/keys";
import { timeframeInWords } from "@/ui/trading/timeframes";
import { ANY_PAIR } from "./config-form";
import { ConfigMenu } from "./ConfigMenu";
import { ENTRY_TYPES, labelOf, levelsInWords, takeProfitInWords } from "./words";

const ON = { label: "In use", color: "teal", icon: IconCircleCheck };
const OFF = { label: "Off", color: "gray", icon: IconPlayerPause };

export function configColumns(acts: boolean): Column<DcaConfig>[] {
  const columns: Column<DcaConfig>[] = [
    {
      key: "pair",
      header: "Pair",
      card: "title",
      render: ({ id, pair }) => (
        <Anchor component={Link} to={`/configurations/${id}`} size="sm" fw={550}>
          {pair === ANY_PAIR ? "Any pair" : pair}
        </Anchor>
      ),
    },
    {
      key: "state",
      header: "State",
      card: "title",
      render: ({ enabled }) => (
        <ToneBadge look={enabled ? ON : OFF} status={enabled ? "enabled" : "disabled"} />
      ),
    },
    { key: "timeframe", header: "Timeframe", render: ({ timeframe }) => timeframeInWords(timeframe) },
    {
      key: "key",
      header: "Key",
      render: ({ key_id }) => (key_id === null ? "any" : <KeyName id={key_id} />),
    },
    {
      key: "grid",
      header: "Grid",
      render: ({ plan }) => `${levelsInWords(plan)}, ${labelOf(ENTRY_TYPES, plan.entry_type).toLowerCase()}`,
    },
    { key: "take_profit", header: "Take profit", render: ({ plan }) => takeProfitInWords(plan) },
    {
      key: "capital",
      header: "Capital",
      numeric: true,
      render: ({ plan }) => (plan.capital ? <Num value={plan.capital} /> : "as the alert says"),
    },
    {
      key: "pyramids",
      header: "Entries",
      numeric: true,
      render: ({ plan }) => (
        <Badge variant="default" tt="none" fw={500}>
          {plan.max_pyramids === 1 ? "1" : `up to ${plan.max_pyramids}`}
        </Badge>
      ),
    },
    {
      key: "updated",
      header: "Changed",
      numeric: true,
      render: ({ updated_at }) => <RelativeTime at={updated_at} />,
    },
  ];
  if (acts)
    columns.push({
      key: "actions",
      header: "",
      card: "actions",
      width: 48,
      render: (config) => <ConfigMenu config={config} />,
    });
  return columns;
}
