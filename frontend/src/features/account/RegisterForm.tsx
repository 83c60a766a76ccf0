import { Button, Code, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { asProblem, formErrors } from "@/api/problem";
import { emailProblem, usernameProblem } from "@/lib/account-rules";
import { FormProblem } from "@/ui/FormProblem";
import { NewPasswordInput, newPasswordProblem } from "@/ui/new-password/NewPasswordInput";
import { useSignedIn } from "./useSignedIn";

/** `first`: nobody has an account yet, so the start's one-time code is asked for. */
export function RegisterForm({ first }: { first: boolean }) {
  const enter = useSignedIn();
  const form = useForm({
    initialValues: { setup_code: "", email: "", username: "", password: "", confirm_password: "" },
    validate: {
      setup_code: (code) => (first && code.trim() === "" ? "Enter the code that the start printed." : null),
      email: emailProblem,
      username: usernameProblem,
      password: newPasswordProblem,
      confirm_password: (again, { password }) => (again === password ? null : "The two passwords differ."),
    },
  });
  const register = $api.useMutation("post", "/api/auth/register", {
    onSuccess: ({ user }) => enter(user),
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const submit = form.onSubmit(({ setup_code, ...account }) =>
    register.mutate({ body: { ...account, setup_code: first ? setup_code.trim() : null } }),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack mt="lg">
        {first && (
          <TextInput
            label="Setup code"
            description={
              <>
                DollarClub printed it when it started. Look in the terminal of{" "}
                <Code style={{ whiteSpace: "nowrap" }}>make run</Code> or in the service’s log.
              </>
            }
            autoComplete="one-time-code"
            spellCheck={false}
            autoFocus
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            {...form.getInputProps("setup_code")}
          />
        )}
        <TextInput label="E-mail" type="email" autoComplete="email" {...form.getInputProps("email")} />
        <TextInput
          label="User name"
          description="Letters, digits, - and _."
          autoComplete="nickname"
          {...form.getInputProps("username")}
        />
        <NewPasswordInput
          label="Password"
          known={[form.values.email, form.values.username]}
          {...form.getInputProps("password")}
        />
        <PasswordInput
          label="Password again"
          autoComplete="new-password"
          {...form.getInputProps("confirm_password")}
        />
        {register.error && asProblem(register.error).fields.length === 0 && (
          <FormProblem error={register.error} />
        )}
        <Button type="submit" loading={register.isPending} fullWidth>
          Create account
        </Button>
      </Stack>
    </form>
  );
}
