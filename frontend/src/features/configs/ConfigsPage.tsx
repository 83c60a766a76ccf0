import { Button } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconPlus } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { useListParams } from "@/lib/useListParams";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PageHeader } from "@/ui/PageHeader";
import { configColumns } from "./columns";

export function ConfigsPage() {
  const acts = canAct(useMe());
  const list = useListParams({ sort: "" });
  const configs = $api.useQuery(
    "get",
    "/api/dca-configs",
    { params: { query: { limit: list.limit, offset: list.offset } } },
    { placeholderData: keepPreviousData },
  );
  const add = acts && (
    <Button component={Link} to="/configurations/new" leftSection={<IconPlus size={16} aria-hidden />}>
      New configuration
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Configurations"
        description="How an entry is spread over prices, how it may be added to, and how it is closed."
        actions={add}
      />
      <DataTable
        label="Configurations"
        columns={configColumns(acts)}
        query={configs}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/configurations/${id}`}
        minWidth={900}
        paging={{ page: list.page, limit: list.limit, onPage: list.setPage }}
        empty={
          <EmptyState icon={IconAdjustmentsHorizontal} title="No configuration yet" action={add}>
            A strategy of the kind “grid” opens positions only where a configuration fits. Make one for any
            pair, and finer ones for single pairs.
          </EmptyState>
        }
      />
    </>
  );
}
