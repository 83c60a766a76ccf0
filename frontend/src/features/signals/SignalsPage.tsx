import { Button, Group, MultiSelect, Select } from "@mantine/core";
import { IconBroadcast } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import type { Outcome, SignalStatus } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PageHeader } from "@/ui/PageHeader";
import { SearchInput } from "@/ui/SearchInput";
import { OUTCOME_OPTIONS, SIGNAL_STATE_OPTIONS } from "@/ui/trading/states";
import { useStrategies } from "@/ui/trading/strategies";
import { signalColumns, signalExport } from "./columns";

const NONE = { status: null, outcome: null, strategy_id: null, symbol: null };

export function SignalsPage() {
  const list = useListParams({ sort: "" });
  const strategies = useStrategies().data?.items;
  const status = list
    .many("status")
    .filter((one): one is SignalStatus => SIGNAL_STATE_OPTIONS.some(({ value }) => value === one));
  const outcome = list
    .many("outcome")
    .filter((one): one is Outcome => OUTCOME_OPTIONS.some(({ value }) => value === one));
  const filters = {
    status: status.length > 0 ? status : undefined,
    outcome: outcome.length > 0 ? outcome : undefined,
    strategy_id: list.one("strategy_id") ?? undefined,
    symbol: list.one("symbol") ?? undefined,
  };
  const signals = $api.useQuery(
    "get",
    "/api/signals",
    { params: { query: { ...filters, limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/signals", { params: { query: { ...filters, ...at } } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  const filtered = Object.values(filters).some((value) => value !== undefined);

  return (
    <>
      <PageHeader
        title="Signals"
        description="Every alert that came in, what became of it, and why."
        actions={<CsvButton name="signals" columns={signalExport(strategies)} rows={every} />}
      />
      <Group gap="sm" mb="md" align="flex-start">
        <SearchInput
          label="Symbol, such as BTC/USDT"
          value={list.one("symbol") ?? ""}
          onChange={(symbol) => list.set({ symbol: symbol.trim().toUpperCase() })}
        />
        <MultiSelect
          aria-label="Outcomes"
          placeholder={outcome.length === 0 ? "Any outcome" : undefined}
          data={OUTCOME_OPTIONS}
          value={outcome}
          onChange={(chosen) => list.set({ outcome: chosen })}
          searchable
          clearable
          w={{ base: "100%", xs: 230 }}
        />
        <MultiSelect
          aria-label="States"
          placeholder={status.length === 0 ? "Any state" : undefined}
          data={SIGNAL_STATE_OPTIONS}
          value={status}
          onChange={(chosen) => list.set({ status: chosen })}
          clearable
          w={{ base: "100%", xs: 190 }}
        />
        <Select
          aria-label="Strategy"
          placeholder="Any strategy"
          data={(strategies ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={list.one("strategy_id")}
          onChange={(id) => list.set({ strategy_id: id })}
          clearable
          w={{ base: "100%", xs: 180 }}
        />
      </Group>
      <DataTable
        label="Signals"
        columns={signalColumns(strategies)}
        query={signals}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/signals/${id}`}
        minWidth={880}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          filtered ? (
            <EmptyState
              icon={IconBroadcast}
              title="No signal matches"
              action={
                <Button variant="default" onClick={() => list.set(NONE)}>
                  Show all signals
                </Button>
              }
            >
              No signal passes the filters chosen.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconBroadcast}
              title="No alert has come in yet"
              action={
                <Button component={Link} to="/webhooks">
                  Send your first alert
                </Button>
              }
            >
              Copy a webhook’s address and message into a TradingView alert, or send a test.
            </EmptyState>
          )
        }
      />
    </>
  );
}
