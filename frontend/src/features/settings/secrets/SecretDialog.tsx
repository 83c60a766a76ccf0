import { Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";

interface SecretDialogProps {
  opened: boolean;
  /** Given: its value is replaced. Absent: a new one is made. */
  name?: string;
  onClose: () => void;
  onSaved: () => void;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

export function SecretDialog({ opened, name, onClose, onSaved }: SecretDialogProps) {
  const form = useForm({
    initialValues: { name: name ?? "", value: "" },
    validate: {
      name: (text) => (NAME.test(text) ? null : "Letters, digits and _, not starting with a digit."),
      value: (text) => (text === "" ? "Enter the value." : null),
    },
  });
  const save = $api.useMutation("put", "/api/secrets/{name}", {
    onSuccess: (secret) => {
      toastDone(`${secret.name} was stored. Runs that start from now on see it.`);
      onSaved();
      close();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const close = () => {
    onClose();
    form.reset();
    save.reset();
  };
  const submit = form.onSubmit((secret) =>
    save.mutate({ params: { path: { name: secret.name } }, body: { value: secret.value } }),
  );
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={name ? `Replace the value of ${name}` : "New secret variable"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate autoComplete="off">
        <Stack>
          {!name && (
            <TextInput
              label="Name"
              placeholder="API_KEY"
              data-autofocus
              spellCheck={false}
              {...form.getInputProps("name")}
            />
          )}
          <PasswordInput
            label="Value"
            autoComplete="off"
            data-autofocus={name ? true : undefined}
            {...form.getInputProps("value")}
          />
          <FormProblem error={save.error} />
          <DialogActions onCancel={close} submit="Save" loading={save.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
