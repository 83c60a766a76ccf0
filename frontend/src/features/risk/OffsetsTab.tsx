import { Group } from "@mantine/core";
import { IconScissors } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { OFFSET_COLUMNS } from "./offset-columns";

/** Every loss that was paid for, and what it truly cost. */
export function OffsetsTab() {
  const list = useListParams({ sort: "" });
  const offsets = $api.useQuery(
    "get",
    "/api/risk/offsets",
    { params: { query: { limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/risk/offsets", { params: { query: at } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      {(offsets.data?.total ?? 0) > 0 && (
        <Group justify="flex-end" mb="sm">
          <CsvButton name="offsets" columns={OFFSET_COLUMNS} rows={every} />
        </Group>
      )}
      <DataTable
        label="Offsets"
        columns={OFFSET_COLUMNS}
        query={offsets}
        rowKey={({ id }) => id}
        minWidth={940}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconScissors} title="No loss was paid for yet">
            When a losing position’s timer has run out and gains cover it, what was closed and what it brought
            is kept here.
          </EmptyState>
        }
      />
    </>
  );
}
