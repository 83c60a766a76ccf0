import { Button, Paper, SimpleGrid, Skeleton } from "@mantine/core";
import { IconFlask, IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { canAct, useMe } from "@/api/account";
import type { ExchangeKey } from "@/api/types";
import { useDialogParam } from "@/lib/useDialogParam";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { useKeys } from "@/ui/trading/keys";
import { KeyCard } from "./KeyCard";
import { NewKeyDialog } from "./NewKeyDialog";
import { RotateDialog } from "./RotateDialog";
import { useKeyActions } from "./useKeyActions";

export function KeysPage() {
  const acts = canAct(useMe());
  const keys = useKeys();
  const [adding, dialog] = useDialogParam("new");
  const [rotating, setRotating] = useState<ExchangeKey | null>(null);
  const actions = useKeyActions();
  const items = keys.data?.items ?? [];
  const provisioned = new Set(items.filter((key) => key.provisioned).map((key) => key.market_type));
  const paper = acts && keys.data && provisioned.size < 2 && (
    <Button
      variant="default"
      leftSection={<IconFlask size={16} aria-hidden />}
      loading={actions.makingPaper}
      onClick={actions.makePaper}
    >
      Create paper keys
    </Button>
  );
  const add = acts && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      Add a key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Keys"
        description="With these the platform trades on your accounts. Stored encrypted, never shown again."
        actions={
          <>
            {paper}
            {add}
          </>
        }
      />
      {keys.isPending && (
        <SimpleGrid cols={{ base: 1, md: 2 }} role="status" aria-label="Loading the keys">
          <Skeleton h={240} />
          <Skeleton h={240} />
        </SimpleGrid>
      )}
      {keys.error && !keys.data && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data && items.length === 0 && (
        <Paper>
          <EmptyState icon={IconKey} title="No keys">
            Create paper keys to try everything without money, or add the key of an exchange.
          </EmptyState>
        </Paper>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {items.map((key) => (
          <KeyCard key={key.id} item={key} actions={acts ? { ...actions, rotate: setRotating } : null} />
        ))}
      </SimpleGrid>
      {adding && <NewKeyDialog onClose={dialog.close} />}
      {rotating && <RotateDialog item={rotating} onClose={() => setRotating(null)} />}
    </>
  );
}
