import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { canAct, useMe } from "@/api/account";
import { useDialogParam } from "@/lib/useDialogParam";
import { ErrorState } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { EngineState } from "./EngineState";
import { StopDialog } from "./StopDialog";
import { useRisk } from "./useRisk";
import { useRiskActions } from "./useRiskActions";

/** Whether entries are opened, why not, and what was realised today. */
export function Engine() {
  const acts = canAct(useMe());
  const risk = useRisk();
  const { start, isStarting } = useRiskActions();
  const [stopping, dialog] = useDialogParam("stop");
  const engine = risk.data?.engine;
  return (
    <Panel title="Entries" actions={acts && engine && <Group gap="xs">{buttons()}</Group>}>
      {risk.isPending && <Skeleton h={70} aria-label="Loading the state" />}
      {risk.error && !risk.data && <ErrorState error={risk.error} onRetry={() => void risk.refetch()} />}
      {risk.data && <EngineState engine={risk.data.engine} realised={risk.data.realised_today} />}
      {risk.error && risk.data && (
        <Text size="sm" c="var(--dc-loss)" mt="xs">
          The server does not answer; this may be out of date.
        </Text>
      )}
      {acts && stopping && <StopDialog onClose={dialog.close} />}
    </Panel>
  );

  function buttons() {
    if (!engine) return null;
    return (
      <>
        {engine.state !== "running" && (
          <Button
            size="compact-sm"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={isStarting}
            onClick={() => start(engine)}
          >
            Start entries
          </Button>
        )}
        {engine.stopped_at === null && (
          <Button
            size="compact-sm"
            color="red"
            variant="light"
            leftSection={<IconPlayerStop size={15} aria-hidden />}
            onClick={dialog.open}
          >
            Stop entries
          </Button>
        )}
      </>
    );
  }
}
