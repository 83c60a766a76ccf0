import { Button, Group } from "@mantine/core";
import { IconArrowBackUp, IconStack2 } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { canAct, useMe } from "@/api/account";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import { ApiProblem } from "@/api/problem";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { waitingColumns } from "./columns";
import { isByHand } from "./order";
import { useQueueActions } from "./useQueueActions";

const REFRESH = 5000;

/** The ranking moves with prices, which nobody pushes; it is asked for again while something waits. */
export function WaitingTab() {
  const acts = canAct(useMe());
  const { reorder } = useQueueActions();
  const list = useListParams({ sort: "", limit: 200 });
  const queue = $api.useQuery(
    "get",
    "/api/queue",
    { params: { query: { limit: list.limit, offset: list.offset } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.total ? REFRESH : false),
    },
  );
  const entries = queue.data?.items ?? [];
  const columns = waitingColumns(acts, list.page === 1 ? entries : null);
  const every = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/queue", { params: { query: at } });
      if (!data) throw ApiProblem.unreachable();
      return data;
    });
  return (
    <>
      {entries.length > 0 && (
        <Group justify="flex-end" mb="sm" gap="xs">
          {acts && isByHand(entries) && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              onClick={() => reorder([])}
            >
              Back to the rules
            </Button>
          )}
          <CsvButton name="queue" columns={columns} rows={every} />
        </Group>
      )}
      <DataTable
        label="Waiting entries"
        columns={columns}
        query={queue}
        rowKey={({ id }) => id}
        minWidth={980}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconStack2} title="Nothing waits">
            When as many positions are open as may be, further entries wait here and are opened as soon as one
            closes.
          </EmptyState>
        }
      />
    </>
  );
}
