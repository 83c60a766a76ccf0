import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link, Navigate, useLocation } from "react-router";
import { $api } from "@/api/client";
import { FormProblem } from "@/ui/FormProblem";
import { AuthLayout } from "./AuthLayout";
import { useSignedIn } from "./useSignedIn";

export function SignInPage() {
  const { search } = useLocation();
  const enter = useSignedIn();
  const setup = $api.useQuery("get", "/api/auth/setup");
  const signIn = $api.useMutation("post", "/api/auth/login", { onSuccess: ({ user }) => enter(user) });
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.trim() === "" ? "Enter your e-mail address." : null),
      password: (password) => (password === "" ? "Enter your password." : null),
    },
  });

  if (setup.data?.needs_first_account) return <Navigate to={`/register${search}`} replace />;
  return (
    <AuthLayout
      title="Sign in"
      description="To the dashboard of your automated trading."
      footer={
        setup.data?.registration_open && (
          <>
            No account yet?{" "}
            <Anchor component={Link} to={`/register${search}`} underline="always">
              Create one
            </Anchor>
          </>
        )
      }
    >
      <form onSubmit={form.onSubmit((body) => signIn.mutate({ body }))} noValidate>
        <Stack mt="lg">
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps("password")}
          />
          <FormProblem error={signIn.error} />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
