import { Alert, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconBug, IconBugOff, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { PaperFault, PaperMarket } from "@/api/types";
import { plural } from "@/lib/format";
import { useDialogParam } from "@/lib/useDialogParam";
import { askToConfirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/ErrorState";
import { toastDone, toastFailed } from "@/ui/toast";
import { FaultDialog } from "./FaultDialog";
import { KINDS, scopeInWords } from "./kinds";

const EVERY = 2000;

/** Faults that are on; a drill for an administrator. */
export function Faults({ markets, mayChange }: { markets: PaperMarket[]; mayChange: boolean }) {
  const client = useQueryClient();
  const [adding, dialog] = useDialogParam("fault");
  const faults = $api.useQuery("get", "/api/paper/faults", {}, { refetchInterval: EVERY, retry: false });
  const on = faults.data ?? [];
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/paper/faults"] });
  const off = $api.useMutation("delete", "/api/paper/faults/{fault_id}", {
    onSuccess: reload,
    onError: (error) => toastFailed("switch the fault off", error),
  });
  const allOff = $api.useMutation("delete", "/api/paper/faults", {
    onSuccess: () => {
      toastDone("Every fault is off.");
      reload();
    },
    onError: (error) => toastFailed("switch the faults off", error),
  });
  const askAllOff = () =>
    askToConfirm({
      title: "Switch all faults off?",
      children: `${plural(on.length, "fault")} ${on.length === 1 ? "is" : "are"} on. The paper exchange behaves well from then on.`,
      confirm: "Switch off",
      destructive: false,
      onConfirm: () => allOff.mutate({}),
    });
  return (
    <section aria-labelledby="faults">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} id="faults">
          Faults
        </Title>
        {mayChange && (
          <Group gap="xs">
            {on.length > 1 && (
              <Button size="xs" variant="default" onClick={askAllOff}>
                All off
              </Button>
            )}
            <Button
              size="xs"
              color="orange"
              variant="light"
              leftSection={<IconPlus size={15} aria-hidden />}
              onClick={dialog.open}
            >
              Switch on a fault
            </Button>
          </Group>
        )}
      </Group>
      {faults.error && !faults.data && (
        <ErrorState error={faults.error} onRetry={() => void faults.refetch()} />
      )}
      {faults.data && on.length === 0 && (
        <Alert variant="light" color="gray" icon={<IconBugOff aria-hidden />}>
          None is on: the paper exchange behaves well.{" "}
          {mayChange
            ? "Switch one on to see how the platform copes with it."
            : "An administrator can switch one on for a drill."}
        </Alert>
      )}
      <Stack gap="xs">
        {on.map((fault) => (
          <FaultLine
            key={fault.id}
            fault={fault}
            onOff={mayChange ? () => off.mutate({ params: { path: { fault_id: fault.id } } }) : null}
          />
        ))}
      </Stack>
      {adding && mayChange && <FaultDialog markets={markets} onClose={dialog.close} onAdded={reload} />}
    </section>
  );
}

function FaultLine({ fault, onOff }: { fault: PaperFault; onOff: (() => void) | null }) {
  const { label, means } = KINDS[fault.kind];
  return (
    <Paper p="sm" data-fault={fault.kind}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <IconBug
            size={18}
            aria-hidden
            color="var(--mantine-color-orange-light-color)"
            style={{ flexShrink: 0, marginTop: 2 }}
          />
          <div>
            <Text size="sm" fw={550}>
              {label}
            </Text>
            <Text size="sm">{scopeInWords(fault)}</Text>
            <Text size="xs" c="dimmed" mt={2}>
              {means}
            </Text>
          </div>
        </Group>
        <Stack gap={4} align="flex-end">
          {onOff && (
            <Button size="compact-sm" variant="default" aria-label={`Switch ${label} off`} onClick={onOff}>
              Off
            </Button>
          )}
          <Text size="xs" c="dimmed" className="dc-num">
            struck {fault.struck}×
          </Text>
        </Stack>
      </Group>
    </Paper>
  );
}
