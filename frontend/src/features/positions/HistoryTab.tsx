import { Anchor, Group, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { GroupStatus, PositionGroup } from "@/api/types";
import { formatDecimal, shortened } from "@/lib/decimal";
import { quoteOf } from "@/lib/symbols";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { Num } from "@/ui/Num";
import { RelativeTime } from "@/ui/RelativeTime";
import { Gain } from "@/ui/trading/Gain";
import { KeyName } from "@/ui/trading/keys";
import { positionName, PositionSideText } from "@/ui/trading/PositionName";
import { Filters } from "./Filters";
import { GroupBadges } from "./GroupBadges";

const OVER: GroupStatus[] = ["closed", "failed"];
const short = (value: string | null) => (value === null ? "–" : formatDecimal(shortened(value)));

const COLUMNS: Column<PositionGroup>[] = [
  {
    key: "name",
    header: "Position",
    card: "title",
    csv: positionName,
    render: (group) => (
      <Group gap={8} wrap="nowrap">
        <Anchor
          component={Link}
          to={`/positions/${group.id}`}
          size="sm"
          fw={550}
          style={{ whiteSpace: "nowrap" }}
        >
          {positionName(group)}
        </Anchor>
        <PositionSideText side={group.side} />
      </Group>
    ),
  },
  {
    key: "state",
    header: "Ended",
    csv: ({ close_reason, status }) => close_reason ?? status,
    render: (group) => <GroupBadges group={group} />,
  },
  {
    key: "realised",
    header: "Realised",
    numeric: true,
    csv: ({ figures }) => figures.realised,
    render: ({ figures, symbol }) => <Gain value={figures.realised} unit={quoteOf(symbol)} />,
  },
  {
    key: "prices",
    header: "In → out",
    numeric: true,
    csv: ({ figures }) => figures.average_entry,
    render: ({ figures }) => `${short(figures.average_entry)} → ${short(figures.average_exit)}`,
  },
  {
    key: "exit",
    header: "Average out",
    csv: ({ figures }) => figures.average_exit,
  },
  {
    key: "fees",
    header: "Fees",
    numeric: true,
    csv: ({ figures }) => figures.fees,
    render: ({ figures, symbol }) => <Num value={shortened(figures.fees, 5, 2)} unit={quoteOf(symbol)} />,
  },
  {
    key: "legs",
    header: "Legs",
    numeric: true,
    csv: ({ legs_filled }) => legs_filled,
    render: ({ legs, legs_filled }) => `${legs_filled} of ${legs}`,
  },
  { key: "key", header: "Key", render: ({ key_id }) => <KeyName id={key_id} /> },
  {
    key: "closed",
    header: "Closed",
    numeric: true,
    csv: ({ closed_at }) => closed_at,
    render: ({ closed_at }) => <RelativeTime at={closed_at} />,
  },
];

/** What is over, newest first. */
export function HistoryTab() {
  const list = useListParams({ sort: "" });
  const filters = {
    status: OVER,
    symbol: list.one("symbol") ?? undefined,
    key_id: list.one("key_id") ?? undefined,
  };
  const groups = $api.useQuery(
    "get",
    "/api/groups",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/groups", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      <Filters list={list} end={<CsvButton name="positions" columns={COLUMNS} rows={every} />} />
      <DataTable
        label="Closed positions"
        columns={COLUMNS}
        query={groups}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/positions/${id}`}
        minWidth={980}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconHistory} title="No closed position">
            <Text span inherit>
              A position moves here when everything it held is sold and the exchange has confirmed it.
            </Text>
          </EmptyState>
        }
      />
    </>
  );
}
