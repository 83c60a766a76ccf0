import { Button, MultiSelect } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { OrderStatus } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ORDER_COLUMNS, ORDER_EXPORT } from "@/ui/trading/order-columns";
import { ORDER_STATE_OPTIONS } from "@/ui/trading/states";
import { Filters } from "./Filters";
import { sinceOf } from "./period";

export function OrdersTab() {
  const list = useListParams({ sort: "" });
  const status = list
    .many("status")
    .filter((one): one is OrderStatus => ORDER_STATE_OPTIONS.some(({ value }) => value === one));
  const filters = {
    status: status.length > 0 ? status : undefined,
    symbol: list.one("symbol") ?? undefined,
    key_id: list.one("key_id") ?? undefined,
    since: sinceOf(list.one("period")),
  };
  const orders = $api.useQuery(
    "get",
    "/api/orders",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/orders", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <Filters list={list} end={<CsvButton name="orders" columns={ORDER_EXPORT} rows={every} />}>
        <MultiSelect
          aria-label="States"
          placeholder={status.length === 0 ? "Any state" : undefined}
          data={ORDER_STATE_OPTIONS}
          value={status}
          onChange={(chosen) => list.set({ status: chosen })}
          clearable
          w={{ base: "100%", xs: 220 }}
        />
      </Filters>
      <DataTable
        label="Orders"
        columns={ORDER_COLUMNS}
        query={orders}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/orders/${id}`}
        minWidth={920}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          filtered ? (
            <EmptyState
              icon={IconReceipt}
              title="No order matches"
              action={
                <Button
                  variant="default"
                  onClick={() => list.set({ status: null, symbol: null, key_id: null, period: null })}
                >
                  Show all orders
                </Button>
              }
            >
              No order passes the filters chosen.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconReceipt}
              title="No orders yet"
              action={
                <Button component={Link} to="/webhooks">
                  To the webhooks
                </Button>
              }
            >
              Send an alert to one of your webhooks; its order appears here at once.
            </EmptyState>
          )
        }
      />
    </>
  );
}
