import { IconArrowsExchange } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { FILL_COLUMNS, FILL_EXPORT } from "@/ui/trading/fill-columns";
import { Filters } from "./Filters";
import { sinceOf } from "./period";

export function FillsTab() {
  const list = useListParams({ sort: "" });
  const filters = {
    symbol: list.one("symbol") ?? undefined,
    key_id: list.one("key_id") ?? undefined,
    since: sinceOf(list.one("period")),
  };
  const fills = $api.useQuery(
    "get",
    "/api/fills",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/fills", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      <Filters list={list} end={<CsvButton name="fills" columns={FILL_EXPORT} rows={every} />} />
      <DataTable
        label="Fills"
        columns={FILL_COLUMNS}
        query={fills}
        rowKey={({ id }) => id}
        minWidth={920}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconArrowsExchange} title="No fills">
            Each trade of your orders is listed here once, whichever way the exchange told of it.
          </EmptyState>
        }
      />
    </>
  );
}
