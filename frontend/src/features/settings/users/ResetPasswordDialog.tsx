import { Modal, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { User } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { NewPasswordInput, newPasswordProblem } from "@/ui/new-password/NewPasswordInput";
import { toastDone } from "@/ui/toast";

export function ResetPasswordDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const form = useForm({
    initialValues: { new_password: "" },
    validate: { new_password: newPasswordProblem },
  });
  const reset = $api.useMutation("post", "/api/users/{user_id}/password", {
    onSuccess: () => {
      toastDone(`The password of ${user?.username ?? "the account"} was set.`);
      close();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const close = () => {
    onClose();
    form.reset();
    reset.reset();
  };
  const submit = form.onSubmit((body) => {
    if (user) reset.mutate({ params: { path: { user_id: user.id } }, body });
  });
  return (
    <Modal
      opened={user !== null}
      onClose={close}
      title={`Set a password for ${user?.username ?? ""}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate autoComplete="off">
        <Stack>
          <Text size="sm" c="dimmed">
            Every session of this account ends. Hand the new password over yourself.
          </Text>
          <NewPasswordInput
            label="New password"
            known={user ? [user.email, user.username] : []}
            data-autofocus
            {...form.getInputProps("new_password")}
          />
          <FormProblem error={reset.error} />
          <DialogActions onCancel={close} submit="Set password" color="red" loading={reset.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
