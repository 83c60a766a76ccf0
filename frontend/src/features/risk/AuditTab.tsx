import { Anchor, Group, SegmentedControl, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMe } from "@/api/account";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { AuditEntry } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
import { actionInWords, actorInWords, changeInWords, changesOf } from "./changes";

/** Who did what, with what was before and after. */
export function AuditTab() {
  const me = useMe().id;
  const list = useListParams({ sort: "" });
  const all = list.one("show") === "all";
  const action = all ? undefined : "risk.";
  const entries = $api.useQuery(
    "get",
    "/api/audit",
    { params: { query: { action, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const columns = columnsOf(me);
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/audit", { params: { query: { action, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      <Group justify="space-between" mb="sm">
        <SegmentedControl
          aria-label="Which"
          value={all ? "all" : "risk"}
          onChange={(value) => list.set({ show: value === "all" ? value : null })}
          data={[
            { value: "risk", label: "Risk" },
            { value: "all", label: "Everything" },
          ]}
        />
        {(entries.data?.total ?? 0) > 0 && <CsvButton name="audit" columns={columns} rows={every} />}
      </Group>
      <DataTable
        label="Who did what"
        columns={columns}
        query={entries}
        rowKey={({ id }) => id}
        minWidth={860}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconHistory} title="Nothing was done yet">
            Every stop, start, change of a limit and every offset is kept here, with what was before and
            after.
          </EmptyState>
        }
      />
    </>
  );
}

function columnsOf(me: string): Column<AuditEntry>[] {
  return [
    {
      key: "what",
      header: "What",
      card: "title",
      csv: ({ action }) => action,
      render: ({ action, subject_kind, subject_id }) => (
        <Text size="sm" fw={550}>
          {subject_kind === "group" && subject_id !== null ? (
            <Anchor component={Link} to={`/positions/${subject_id}`} inherit>
              {actionInWords(action)}
            </Anchor>
          ) : (
            actionInWords(action)
          )}
        </Text>
      ),
    },
    {
      key: "who",
      header: "Who",
      csv: (entry) => actorInWords(entry, me),
      render: (entry) => actorInWords(entry, me),
    },
    { key: "subject", header: "Subject", csv: ({ subject_id }) => subject_id },
    {
      key: "changes",
      header: "Before → after",
      csv: ({ before, after }) => changesOf(before, after).map(changeInWords).join("; "),
      render: ({ before, after }) => <Changes before={before} after={after} />,
    },
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
      key: "at",
      header: "When",
      numeric: true,
      csv: ({ at }) => at,
      render: ({ at }) => <RelativeTime at={at} />,
    },
  ];
}

function Changes({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <>–</>;
  return (
    <div style={{ whiteSpace: "normal", minWidth: 220 }}>
      {changes.map((change) => (
        <Text key={change.label} size="sm">
          {changeInWords(change)}
        </Text>
      ))}
    </div>
  );
}
