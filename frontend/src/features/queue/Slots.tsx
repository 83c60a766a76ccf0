import { Button, Group, Progress, Skeleton, Text } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { canAct, useMe } from "@/api/account";
import { formatNumber, plural } from "@/lib/format";
import { useDialogParam } from "@/lib/useDialogParam";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { SettingsDialog } from "./SettingsDialog";
import { usePool } from "./usePool";

/** How much of the limit is used. */
export function Slots() {
  const acts = canAct(useMe());
  const pool = usePool();
  const [open, dialog] = useDialogParam("settings");
  const { used = 0, limit = 0, waiting = 0 } = pool.data ?? {};
  const full = used >= limit;
  return (
    <Panel
      title="Active positions"
      actions={
        acts && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconSettings size={15} aria-hidden />}
            onClick={dialog.open}
          >
            Limit and order
          </Button>
        )
      }
    >
      {pool.isPending && <Skeleton h={40} aria-label="Loading the limit" />}
      {pool.error && !pool.data && <ErrorState error={pool.error} onRetry={() => void pool.refetch()} />}
      {pool.data && (
        <>
          <Group justify="space-between" mb={6} gap="xs">
            <Text size="sm" className="dc-num" data-testid="slots">
              <b>{formatNumber(used)}</b> of {formatNumber(limit)}
            </Text>
            <Text size="sm" c="dimmed">
              {full ? "Full: new entries wait." : `${plural(limit - used, "more position")} can open.`}
              {waiting > 0 && ` ${plural(waiting, "entry waits", "entries wait")}.`}
            </Text>
          </Group>
          <Progress
            value={limit === 0 ? 100 : Math.min(100, (used / limit) * 100)}
            color={full ? "orange" : undefined}
            aria-label={`${used} of ${limit} positions are active`}
          />
        </>
      )}
      {open && acts && <SettingsDialog onClose={dialog.close} />}
    </Panel>
  );
}
