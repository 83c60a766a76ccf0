import { Alert, Anchor, Center, Loader } from "@mantine/core";
import { Link, useLocation } from "react-router";
import { $api } from "@/api/client";
import { ErrorState } from "@/ui/ErrorState";
import { AuthLayout } from "./AuthLayout";
import { RegisterForm } from "./RegisterForm";

export function RegisterPage() {
  const { search } = useLocation();
  const setup = $api.useQuery("get", "/api/auth/setup");
  const first = setup.data?.needs_first_account ?? false;
  const open = first || (setup.data?.registration_open ?? false);

  const signInInstead = (
    <>
      Have an account already?{" "}
      <Anchor component={Link} to={`/sign-in${search}`} underline="always">
        Sign in
      </Anchor>
    </>
  );
  return (
    <AuthLayout
      title={first ? "Welcome to DollarClub" : "Create an account"}
      description={
        first ? "Create the first account. It becomes the administrator of this installation." : undefined
      }
      footer={first ? undefined : signInInstead}
    >
      {setup.isPending && (
        <Center py="xl">
          <Loader type="dots" />
        </Center>
      )}
      {setup.error && <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />}
      {setup.data && open && <RegisterForm first={first} />}
      {setup.data && !open && (
        <Alert mt="md" title="Registration is closed">
          An administrator of this installation can create an account for you.
        </Alert>
      )}
    </AuthLayout>
  );
}
