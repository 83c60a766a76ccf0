import { Button, Skeleton, Stack } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useNavigate } from "react-router";
import { canAct, useMe } from "@/api/account";
import { useDialogParam } from "@/lib/useDialogParam";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { PageHeader } from "@/ui/PageHeader";
import { useStrategies } from "@/ui/trading/strategies";
import { STRATEGY_COLUMNS } from "./columns";
import { StrategyDialog } from "./StrategyDialog";

const Chart = lazy(() => import("./Chart"));

export function WebhooksPage() {
  const acts = canAct(useMe());
  const navigate = useNavigate();
  const [adding, dialog] = useDialogParam("new");
  const strategies = useStrategies();
  const add = acts && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      New webhook
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Each strategy has an address of its own that turns TradingView’s alerts into orders."
        actions={add}
      />
      <Stack gap="md">
        <DataTable
          label="Webhooks"
          columns={STRATEGY_COLUMNS}
          query={strategies}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/webhooks/${id}`}
          minWidth={760}
          empty={
            <EmptyState icon={IconWebhook} title="No webhooks" action={add}>
              Make one, paste its address and message into an alert, and each alert becomes one order.
            </EmptyState>
          }
        />
        <Suspense fallback={<Skeleton h={300} />}>
          <Chart />
        </Suspense>
      </Stack>
      {adding && (
        <StrategyDialog onClose={dialog.close} onSaved={({ id }) => void navigate(`/webhooks/${id}`)} />
      )}
    </>
  );
}
