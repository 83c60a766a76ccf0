import { List, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { useRiskReload } from "./useRisk";

/** Says what stopping does and does not do, and asks why. */
export function StopDialog({ onClose }: { onClose: () => void }) {
  const reload = useRiskReload();
  const [reason, setReason] = useState("");
  const stop = $api.useMutation("post", "/api/risk/stop", {
    onSuccess: () => {
      toastDone("Entries are stopped.");
      void reload();
      onClose();
    },
    onError: () => void reload(),
  });
  return (
    <Modal opened onClose={onClose} title="Stop entries?" closeButtonProps={{ "aria-label": "Close" }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          stop.mutate({ body: { reason: reason.trim() } });
        }}
      >
        <Stack>
          <List size="sm" spacing={4}>
            <List.Item>No new position is opened, and nothing is promoted from the queue.</List.Item>
            <List.Item>Orders that rest already may still fill.</List.Item>
            <List.Item>Exits, take profits, stop losses and offsets go on.</List.Item>
            <List.Item>It holds until you start entries again.</List.Item>
          </List>
          <TextInput
            label="Reason"
            description="Shown wherever an entry waits for it, and kept in the history."
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <FormProblem error={stop.error} />
          <DialogActions onCancel={onClose} submit="Stop entries" color="red.9" loading={stop.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
