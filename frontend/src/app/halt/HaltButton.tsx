import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { canAct, useMe } from "@/api/account";
import { useDialogParam } from "@/lib/useDialogParam";
import { engagedHalt, useHalt } from "@/ui/trading/useHalt";

const HaltDialog = lazy(async () => ({ default: (await import("./HaltDialog")).HaltDialog }));

/** The kill switch in the header: one press away on every page. */
export function HaltButton() {
  const acts = canAct(useMe());
  const halt = useHalt();
  const [opened, dialog] = useDialogParam("halt");
  if (!acts) return null;
  const engaged = engagedHalt(halt.data) !== null;
  const label = engaged ? "Kill switch: on" : "Kill switch";
  const look = {
    color: engaged ? "red.9" : "red",
    variant: engaged ? "filled" : "light",
    onClick: dialog.open,
  } as const;
  return (
    <>
      <Tooltip label={engaged ? "Entries are blocked." : "Block entries, cancel orders, close positions"}>
        <Button
          {...look}
          size="xs"
          h={34}
          visibleFrom="md"
          leftSection={<IconHandStop size={16} aria-hidden />}
          data-engaged={engaged}
        >
          {label}
        </Button>
      </Tooltip>
      <ActionIcon {...look} size={34} hiddenFrom="md" aria-label={label} data-engaged={engaged}>
        <IconHandStop size={18} />
      </ActionIcon>
      {opened && (
        <Suspense>
          <HaltDialog onClose={dialog.close} />
        </Suspense>
      )}
    </>
  );
}
