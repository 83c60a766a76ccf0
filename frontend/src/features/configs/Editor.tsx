import { Box, Button, Grid, Group, Stack } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { DcaConfig } from "@/api/types";
import { FormProblem } from "@/ui/FormProblem";
import { PageHeader } from "@/ui/PageHeader";
import { toastDone } from "@/ui/toast";
import { bodyOf, type ConfigValues, formField } from "./config-form";
import { useConfigForm } from "./form";
import { Preview } from "./Preview";
import { Pyramids } from "./Pyramids";
import { Entry, Exit, Futures, Scope } from "./Sections";
import { nameOf, useConfigActions, useConfigReload } from "./useConfigActions";

interface EditorProps {
  initial: ConfigValues;
  /** Absent: a new one is made. */
  config?: DcaConfig;
}

/** The form to the left, what it would do to the right. */
export function Editor({ initial, config }: EditorProps) {
  const acts = canAct(useMe());
  const navigate = useNavigate();
  const reload = useConfigReload();
  const { remove } = useConfigActions();
  const form = useConfigForm(initial);
  const handlers = {
    onSuccess: ({ pair }: DcaConfig) => {
      toastDone("Saved. It holds from the next entry on; open positions keep theirs.", nameOf(pair));
      void navigate("/configurations");
      reload();
    },
    onError: (error: unknown) =>
      form.setErrors(
        Object.fromEntries(
          asProblem(error).fields.map(({ field, message }) => [formField(field, form.values), message]),
        ),
      ),
  };
  const create = $api.useMutation("post", "/api/dca-configs", handlers);
  const change = $api.useMutation("put", "/api/dca-configs/{config_id}", handlers);
  const save = form.onSubmit((values) =>
    config
      ? change.mutate({
          params: { path: { config_id: config.id } },
          body: { ...bodyOf(values), version: config.version },
        })
      : create.mutate({ body: bodyOf(values) }),
  );
  const busy = create.isPending || change.isPending;

  return (
    <>
      <PageHeader
        title={config ? nameOf(config.pair) : "New configuration"}
        back={{ label: "Configurations", to: "/configurations" }}
        description="The preview follows what you type; nothing is sent to the exchange."
        actions={
          config &&
          acts && (
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => remove(config)}
            >
              Delete
            </Button>
          )
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <form onSubmit={save} noValidate autoComplete="off">
            <Stack>
              <Scope form={form} />
              <Entry form={form} />
              <Exit form={form} />
              <Pyramids form={form} />
              <Futures form={form} />
              <FormProblem error={create.error ?? change.error} />
              <Group justify="flex-end">
                <Button component={Link} to="/configurations" variant="default">
                  Cancel
                </Button>
                {acts && (
                  <Button type="submit" loading={busy}>
                    Save
                  </Button>
                )}
              </Group>
            </Stack>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Box pos="sticky" top={70}>
            <Preview values={form.values} />
          </Box>
        </Grid.Col>
      </Grid>
    </>
  );
}
