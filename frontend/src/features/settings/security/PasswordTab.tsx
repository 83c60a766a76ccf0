import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMe } from "@/api/account";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import { FormProblem } from "@/ui/FormProblem";
import { NewPasswordInput, newPasswordProblem } from "@/ui/new-password/NewPasswordInput";
import { Panel } from "@/ui/Panel";
import { toastDone } from "@/ui/toast";

export function PasswordTab() {
  const me = useMe();
  const form = useForm({
    initialValues: { current_password: "", new_password: "", again: "" },
    validate: {
      current_password: (current) => (current === "" ? "Enter your current password." : null),
      new_password: newPasswordProblem,
      again: (again, { new_password }) => (again === new_password ? null : "The two passwords differ."),
    },
  });
  const change = $api.useMutation("post", "/api/auth/password", {
    onSuccess: () => {
      form.reset();
      toastDone("Your password was changed.");
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const submit = form.onSubmit(({ current_password, new_password }) =>
    change.mutate({ body: { current_password, new_password } }),
  );
  return (
    <Panel title="Password" maw={640}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            {...form.getInputProps("current_password")}
          />
          <NewPasswordInput
            label="New password"
            known={[me.email, me.username]}
            {...form.getInputProps("new_password")}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            {...form.getInputProps("again")}
          />
          <FormProblem error={change.error} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
