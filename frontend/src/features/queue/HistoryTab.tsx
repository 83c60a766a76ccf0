import { Group } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { HISTORY_COLUMNS } from "./columns";

/** What waited, and what became of it. */
export function HistoryTab() {
  const list = useListParams({ sort: "" });
  const history = $api.useQuery(
    "get",
    "/api/queue/history",
    { params: { query: { limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/queue/history", { params: { query: at } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      {(history.data?.total ?? 0) > 0 && (
        <Group justify="flex-end" mb="sm">
          <CsvButton name="queue-history" columns={HISTORY_COLUMNS} rows={every} />
        </Group>
      )}
      <DataTable
        label="Queue history"
        columns={HISTORY_COLUMNS}
        query={history}
        rowKey={({ id }) => id}
        minWidth={880}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconHistory} title="Nothing has waited yet">
            Entries that were opened from the queue, removed or refused are kept here with the reason.
          </EmptyState>
        }
      />
    </>
  );
}
