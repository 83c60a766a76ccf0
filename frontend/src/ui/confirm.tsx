import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";

interface Confirmation {
  /** Names the target: "Delete grid_bot.py?" */
  title: string;
  /** The consequence, in words. */
  children: ReactNode;
  /** The verb on the button. */
  confirm: string;
  destructive?: boolean;
  onConfirm: () => void;
  /** Called when the question is put away in any other way. */
  onCancel?: () => void;
}

/** Ask before an act that cannot be taken back. */
export function askToConfirm({
  title,
  children,
  confirm,
  destructive = true,
  onConfirm,
  onCancel,
}: Confirmation): void {
  let confirmed = false;
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {children}
      </Text>
    ),
    labels: { confirm, cancel: "Cancel" },
    confirmProps: { color: destructive ? "red.9" : undefined },
    onConfirm: () => {
      confirmed = true;
      onConfirm();
    },
    onClose: () => {
      if (!confirmed) onCancel?.();
    },
  });
}
