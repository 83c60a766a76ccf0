import { Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Role } from "@/api/types";
import { emailProblem, usernameProblem } from "@/lib/account-rules";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { NewPasswordInput, newPasswordProblem } from "@/ui/new-password/NewPasswordInput";
import { toastDone } from "@/ui/toast";
import { ROLE_OPTIONS, ROLES } from "../roles";

interface NewUserDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: () => void;
}

export function NewUserDialog({ opened, onClose, onCreated }: NewUserDialogProps) {
  const form = useForm<{ email: string; username: string; password: string; role: Role }>({
    initialValues: { email: "", username: "", password: "", role: "trader" },
    validate: { email: emailProblem, username: usernameProblem, password: newPasswordProblem },
  });
  const create = $api.useMutation("post", "/api/users", {
    onSuccess: (user) => {
      toastDone(`${user.username} can sign in now. Hand over the password yourself.`);
      onCreated();
      close();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const close = () => {
    onClose();
    form.reset();
    create.reset();
  };
  return (
    <Modal opened={opened} onClose={close} title="New user" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={form.onSubmit((body) => create.mutate({ body }))} noValidate autoComplete="off">
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="off"
            data-autofocus
            {...form.getInputProps("email")}
          />
          <TextInput label="User name" autoComplete="off" {...form.getInputProps("username")} />
          <NewPasswordInput
            label="Password"
            known={[form.values.email, form.values.username]}
            {...form.getInputProps("password")}
          />
          <Select
            label="Role"
            description={ROLES[form.values.role].description}
            data={ROLE_OPTIONS}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <FormProblem error={create.error} />
          <DialogActions onCancel={close} submit="Create user" loading={create.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
