import { Alert, Anchor, Group, Text } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import type { Halt } from "@/api/types";
import { plural } from "@/lib/format";
import { useDialogParam } from "@/lib/useDialogParam";
import { RelativeTime } from "@/ui/RelativeTime";
import { LiftButton } from "./HaltProgress";

/** On every page while the kill switch is on. */
export function HaltBanner({ halt }: { halt: Halt }) {
  const [, dialog] = useDialogParam("halt");
  const proofs = Object.values(halt.proof);
  const left = proofs.filter(({ ok }) => !ok).length;
  return (
    <Alert
      color="red.9"
      variant="filled"
      icon={<IconHandStop aria-hidden />}
      mb="md"
      p="sm"
      role="status"
      data-testid="halt-banner"
      styles={{ message: { color: "inherit" } }}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div" c="inherit" flex="1 1 14rem">
          <strong>
            {halt.scope === "installation" ? "Trading is stopped for everybody." : "Trading is stopped."}
          </strong>{" "}
          {halt.reason && `${halt.reason}. `}
          {halt.proven_at ? (
            <>
              Proven <RelativeTime at={halt.proven_at} inherit />: nothing is left at the exchanges.
            </>
          ) : proofs.length === 0 ? (
            "Orders are being cancelled."
          ) : (
            `${plural(left, "key")} of ${proofs.length} not proven yet.`
          )}{" "}
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            underline="always"
            onClick={dialog.open}
          >
            Details
          </Anchor>
        </Text>
        <LiftButton halt={halt} size="xs" />
      </Group>
    </Alert>
  );
}
