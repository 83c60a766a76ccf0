import { Modal, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { ExchangeKey } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { CredentialInputs, credentialRules } from "./CredentialInputs";
import { useVenues } from "./venues";

/** Puts another key of the same account in place of the stored one. */
export function RotateDialog({ item, onClose }: { item: ExchangeKey; onClose: () => void }) {
  const client = useQueryClient();
  const { venues } = useVenues();
  const form = useForm({
    initialValues: { key: "", secret: "", passphrase: "" },
    validate: credentialRules,
  });
  const rotate = $api.useMutation("post", "/api/keys/{key_id}/rotate", {
    onSuccess: () => {
      toastDone("Replaced. The new key is being tested.", item.label);
      void client.invalidateQueries({ queryKey: ["get", "/api/keys"] });
      onClose();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const submit = form.onSubmit(({ passphrase, ...body }) =>
    rotate.mutate({
      params: { path: { key_id: item.id } },
      body: { ...body, passphrase: passphrase.trim() || null },
    }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Replace the key of ${item.label}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate autoComplete="off">
        <Stack>
          <Text size="sm" c="dimmed">
            The new key must belong to the same account at the exchange. From then on everything is signed
            with it; delete the old one there afterwards. Strategies and history stay.
          </Text>
          <CredentialInputs
            form={form}
            needsPassphrase={venues.find((it) => it.venue === item.venue)?.needs_passphrase ?? false}
          />
          <FormProblem error={rotate.error} />
          <DialogActions onCancel={onClose} submit="Replace and test" loading={rotate.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
