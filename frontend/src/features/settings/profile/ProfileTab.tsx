import { Badge, Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { ME, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import { usernameProblem } from "@/lib/account-rules";
import { FormProblem } from "@/ui/FormProblem";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone } from "@/ui/toast";
import { Facts } from "@/ui/Facts";
import { ROLES } from "../roles";

export function ProfileTab() {
  const me = useMe();
  const client = useQueryClient();
  const form = useForm({ initialValues: { username: me.username }, validate: { username: usernameProblem } });
  const rename = $api.useMutation("patch", "/api/auth/me", {
    onSuccess: (user) => {
      client.setQueryData(ME.queryKey, user);
      form.resetDirty();
      toastDone(`You are now ${user.username}.`);
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  return (
    <Stack maw={640}>
      <Panel title="Profile">
        <form onSubmit={form.onSubmit((body) => rename.mutate({ body }))} noValidate>
          <Stack>
            <TextInput label="User name" autoComplete="nickname" {...form.getInputProps("username")} />
            <FormProblem error={rename.error} />
            <Group>
              <Button type="submit" loading={rename.isPending} disabled={!form.isDirty()}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
      <Panel title="Account">
        <Facts
          facts={[
            ["E-mail", me.email],
            [
              "Role",
              <Group key="role" gap="xs">
                <Badge variant="light" tt="none">
                  {ROLES[me.role].label}
                </Badge>
                {ROLES[me.role].description}
              </Group>,
            ],
            ["Created", <RelativeTime key="created" at={me.created_at} />],
            ["Last sign-in", <RelativeTime key="last" at={me.last_login_at} />],
          ]}
        />
      </Panel>
    </Stack>
  );
}
