import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Script } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";

export function RenameDialog({ script, onClose }: { script: Script; onClose: () => void }) {
  const client = useQueryClient();
  const patch = $api.useMutation("patch", "/api/scripts/{script_id}");
  const form = useForm({
    initialValues: { name: script.name },
    validate: { name: (name) => (name.trim() === "" ? "A name is needed." : null) },
  });
  const rename = ({ name }: { name: string }) =>
    patch.mutate(
      { params: { path: { script_id: script.id } }, body: { name } },
      {
        onSuccess: (renamed) => {
          void client.invalidateQueries({ queryKey: ["get", "/api/scripts/{script_id}"] });
          void client.invalidateQueries({ queryKey: ["get", "/api/scripts"] });
          toastDone(`It is called ${renamed.name} now.`);
          onClose();
        },
        onError: (error) => form.setErrors(formErrors(error)),
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Rename ${script.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={form.onSubmit(rename)} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" description="Ends in .py" data-autofocus {...form.getInputProps("name")} />
          <FormProblem error={patch.error} />
          <DialogActions onCancel={onClose} submit="Rename" loading={patch.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
