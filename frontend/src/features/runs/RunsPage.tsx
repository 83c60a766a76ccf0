import { Button, Group, MultiSelect } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { RunStatus } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PageHeader } from "@/ui/PageHeader";
import { RUN_COLUMNS, RUN_EXPORT } from "@/ui/runs/columns";
import { STATE_OPTIONS } from "@/ui/runs/run-states";
import { SearchInput } from "@/ui/SearchInput";

const STATES = STATE_OPTIONS.filter(({ value }) => value !== "uploaded");

export function RunsPage() {
  const list = useListParams({ sort: "-queued_at" });
  const status = list
    .many("status")
    .filter((one): one is RunStatus => STATES.some(({ value }) => value === one));
  const scriptId = list.one("script_id") ?? undefined;
  const sort = list.sort === "queued_at" ? "queued_at" : "-queued_at";
  const filters = {
    q: list.q || undefined,
    status: status.length > 0 ? status : undefined,
    script_id: scriptId,
    sort,
  } as const;
  const runs = $api.useQuery(
    "get",
    "/api/runs",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const filtered = list.q !== "" || status.length > 0 || scriptId !== undefined;
  const everyRun = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/runs", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  const showAll = () => list.set({ q: null, status: null, script_id: null });

  return (
    <>
      <PageHeader
        title="Runs"
        description="Every run of every script, newest first. Each keeps its log and figures."
        actions={<CsvButton name="runs" columns={RUN_EXPORT} rows={everyRun} />}
      />
      <Group gap="sm" mb="md" align="flex-start">
        <SearchInput label="Search by script" value={list.q} onChange={(q) => list.set({ q })} />
        <MultiSelect
          aria-label="States"
          placeholder={status.length === 0 ? "Any state" : undefined}
          data={STATES}
          value={status}
          onChange={(chosen) => list.set({ status: chosen })}
          clearable
          w={{ base: "100%", sm: 340 }}
        />
        {scriptId && (
          <Button variant="default" onClick={() => list.set({ script_id: null })}>
            Of one script ×
          </Button>
        )}
      </Group>
      <DataTable
        label="Runs"
        columns={RUN_COLUMNS}
        query={runs}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/runs/${id}`}
        minWidth={820}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        sorting={{ sort, onSort: (next) => list.set({ sort: next }) }}
        empty={
          filtered ? (
            <EmptyState
              icon={IconHistory}
              title="No run matches"
              action={
                <Button variant="default" onClick={showAll}>
                  Show all runs
                </Button>
              }
            >
              No run passes the search and the states chosen.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconHistory}
              title="No runs yet"
              action={
                <Button component={Link} to="/scripts">
                  To your scripts
                </Button>
              }
            >
              Start a script and its run appears here at once.
            </EmptyState>
          )
        }
      />
    </>
  );
}
