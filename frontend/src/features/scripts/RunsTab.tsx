import { Group, Stack } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { Script } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RUN_EXPORT, SCRIPT_RUN_COLUMNS } from "@/ui/runs/columns";

export function RunsTab({ script }: { script: Script }) {
  const list = useListParams({ sort: "" });
  const path = { script_id: script.id };
  const runs = $api.useQuery(
    "get",
    "/api/scripts/{script_id}/runs",
    { params: { path, query: { limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const everyRun = () =>
    everyItem(async (query) => {
      const { data } = await api.GET("/api/scripts/{script_id}/runs", { params: { path, query } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <CsvButton name={`runs of ${script.name}`} columns={RUN_EXPORT} rows={everyRun} />
      </Group>
      <DataTable
        label={`Runs of ${script.name}`}
        columns={SCRIPT_RUN_COLUMNS}
        query={runs}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/runs/${id}`}
        minWidth={720}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconHistory} title="It has not run yet">
            Press Run above; the run appears here and its log is live.
          </EmptyState>
        }
      />
    </Stack>
  );
}
