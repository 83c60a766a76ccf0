import { Button, Paper, Skeleton, Stack } from "@mantine/core";
import { IconWallet } from "@tabler/icons-react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { ExchangeKey, KeyBalances } from "@/api/types";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { useKeys } from "@/ui/trading/keys";
import { KeyPanel } from "./KeyPanel";

export function BalancesPage() {
  const balances = $api.useQuery("get", "/api/balances");
  const keys = useKeys();
  const shown = pairs(keys.data?.items ?? [], balances.data ?? []);
  return (
    <>
      <PageHeader title="Balances" description="What each exchange says is there, and when it said so." />
      {(balances.isPending || keys.isPending) && (
        <Stack gap="md" role="status" aria-label="Loading the balances">
          <Skeleton h={200} />
          <Skeleton h={200} />
        </Stack>
      )}
      {balances.error && !balances.data && (
        <ErrorState error={balances.error} onRetry={() => void balances.refetch()} />
      )}
      {balances.data && keys.data && shown.length === 0 && (
        <Paper>
          <EmptyState
            icon={IconWallet}
            title="No balances yet"
            action={
              <Button component={Link} to="/keys">
                To the keys
              </Button>
            }
          >
            Add a key, or create paper keys; its balances appear once it was tested.
          </EmptyState>
        </Paper>
      )}
      <Stack gap="md">
        {shown.map(({ key, watch }) => (
          <KeyPanel key={key.id} item={key} watch={watch} />
        ))}
      </Stack>
    </>
  );
}

/** Keys with what is known of them, in the order of the keys. */
function pairs(keys: readonly ExchangeKey[], balances: readonly KeyBalances[]) {
  return keys.flatMap((key) => {
    const watch = balances.find(({ key_id }) => key_id === key.id);
    return watch ? [{ key, watch }] : [];
  });
}
