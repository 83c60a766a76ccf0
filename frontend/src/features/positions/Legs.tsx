import { ActionIcon, Group, Progress, Text, Tooltip } from "@mantine/core";
import { IconDoorExit, IconX } from "@tabler/icons-react";
import { canAct, useMe } from "@/api/account";
import type { GroupDetail, GroupLeg, GroupPyramid } from "@/api/types";
import { formatDecimal, shortened, signOf } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { Num } from "@/ui/Num";
import { ToneBadge } from "@/ui/ToneBadge";
import { Gain } from "@/ui/trading/Gain";
import { legProgress } from "./progress";
import { isEntering, LEG_STATES } from "./states";
import { useGroupActions } from "./useGroupActions";

/** The legs of one entry: state, price, how much is filled, target. */
export function Legs({ group, pyramid }: { group: GroupDetail; pyramid: GroupPyramid }) {
  const acts = canAct(useMe()) && group.status === "open" && pyramid.closing_at === null;
  const { last } = group.figures;
  const columns: Column<GroupLeg>[] = [
    {
      key: "leg",
      header: "Leg",
      card: "title",
      width: 70,
      render: ({ number }) => (
        <Text span size="sm" fw={550}>
          {number + 1}
        </Text>
      ),
    },
    {
      key: "state",
      header: "State",
      card: "title",
      render: ({ state, cancel_note }) => (
        <Tooltip label={cancel_note} disabled={cancel_note === ""}>
          <span>
            <ToneBadge look={LEG_STATES[state]} status={state} />
          </span>
        </Tooltip>
      ),
    },
    {
      key: "price",
      header: "Price",
      numeric: true,
      render: ({ price, average }) =>
        average === null ? (
          <Num value={price} c="dimmed" />
        ) : (
          <Tooltip label={`Planned at ${formatDecimal(price)}`}>
            <span>
              <Num value={shortened(average)} />
            </span>
          </Tooltip>
        ),
    },
    {
      key: "filled",
      header: "Filled",
      numeric: true,
      render: ({ filled, amount }) => (
        <>
          <Num value={filled} c={signOf(filled) === 0 ? "dimmed" : undefined} />
          <Text span inherit c="dimmed">
            {` of ${formatDecimal(amount)} ${baseOf(group.symbol)}`}
          </Text>
        </>
      ),
    },
    {
      key: "target",
      header: "Target",
      numeric: true,
      render: ({ target, take_profit }) =>
        target === null ? (
          "–"
        ) : (
          <Tooltip label={`${formatDecimal(take_profit)} % from its fill`}>
            <span>
              <Num value={shortened(target)} />
            </span>
          </Tooltip>
        ),
    },
    {
      key: "way",
      header: "On its way",
      width: 110,
      render: ({ average, target, held }) => {
        const share = signOf(held) === 0 ? null : legProgress(average, target, last);
        if (share === null) return "–";
        const words = `${Math.round(share * 100)} % of the way to its target`;
        return (
          <Tooltip label={words}>
            <Progress value={share * 100} color="teal" aria-label={words} miw={70} />
          </Tooltip>
        );
      },
    },
    {
      key: "realised",
      header: "Realised",
      numeric: true,
      render: ({ realised }) => <Gain value={realised} unit={quoteOf(group.symbol)} />,
    },
  ];
  if (acts)
    columns.push({
      key: "actions",
      header: "",
      card: "actions",
      numeric: true,
      render: (leg) => <LegActions group={group} leg={leg} />,
    });
  return (
    <DataTable
      label={`Legs of entry ${pyramid.number}`}
      columns={columns}
      query={{
        data: { items: pyramid.legs, total: pyramid.legs.length },
        error: null,
        isPending: false,
        refetch: () => undefined,
      }}
      rowKey={({ id }) => id}
      minWidth={760}
      empty={<Text p="sm">No legs.</Text>}
    />
  );
}

function LegActions({ group, leg }: { group: GroupDetail; leg: GroupLeg }) {
  const { cancelLeg, closeLeg } = useGroupActions(group);
  const asked = leg.closing_at !== null;
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      {isEntering(leg.state) && leg.cancelled_at === null && (
        <Tooltip label="Cancel what has not filled">
          <ActionIcon aria-label={`Cancel leg ${leg.number + 1}`} onClick={() => cancelLeg(leg)}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      {signOf(leg.held) !== 0 && !asked && (
        <Tooltip label="Close what it holds">
          <ActionIcon color="red" aria-label={`Close leg ${leg.number + 1}`} onClick={() => closeLeg(leg)}>
            <IconDoorExit size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
