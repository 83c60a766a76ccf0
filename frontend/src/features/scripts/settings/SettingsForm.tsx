import {
  Alert,
  Anchor,
  Button,
  Group,
  MultiSelect,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPackage } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Script } from "@/api/types";
import { FormProblem } from "@/ui/FormProblem";
import { Panel } from "@/ui/Panel";
import { toastDone } from "@/ui/toast";
import { LimitInput } from "./LimitInput";
import { fromFields, LIMIT_FIELDS, limitProblem, packageName, toFields } from "./limits";
import type { LimitValues } from "./limits";

interface SettingsFormProps {
  script: Script;
  readOnly: boolean;
  /** Names of the packages that an administrator allows. */
  allowed: string[];
  /** Names of the account's secrets. */
  secrets: string[];
}

interface Values {
  packages: string[];
  network: boolean;
  allow_parallel: boolean;
  secrets: string[];
  limits: LimitValues;
}

function valuesOf({ settings }: Script): Values {
  return { ...settings, limits: toFields(settings.limits) };
}

export function SettingsForm({ script, readOnly, allowed, secrets }: SettingsFormProps) {
  const client = useQueryClient();
  const put = $api.useMutation("put", "/api/scripts/{script_id}/settings");
  const form = useForm<Values>({
    initialValues: valuesOf(script),
    validateInputOnBlur: true,
    validate: {
      limits: Object.fromEntries(
        LIMIT_FIELDS.map((field) => [field.name, (value: number | "") => limitProblem(field, value)]),
      ),
    },
  });
  const save = (values: Values) =>
    put.mutate(
      { params: { path: { script_id: script.id } }, body: { ...values, limits: fromFields(values.limits) } },
      {
        onSuccess: (saved) => {
          client.setQueryData(
            $api.queryOptions("get", "/api/scripts/{script_id}", {
              params: { path: { script_id: script.id } },
            }).queryKey,
            saved,
          );
          form.setInitialValues(valuesOf(saved));
          form.setValues(valuesOf(saved));
          toastDone("Settings saved. They hold from the next run on.", script.name);
        },
        onError: (error) => form.setErrors(formErrors(error)),
      },
    );
  const names = new Set(allowed.map(packageName));
  const refused = form.values.packages.filter((line) => !names.has(packageName(line)));
  const unknown = form.values.secrets.filter((name) => !secrets.includes(name));

  return (
    <form onSubmit={form.onSubmit(save)} noValidate>
      <Stack gap="md" maw={860}>
        <Panel title="Packages">
          <TagsInput
            label="Packages to install"
            description="Such as pandas or ccxt>=4. A script can also name them itself, at its top, as PEP 723 says."
            placeholder={form.values.packages.length === 0 ? "Choose or type a name" : undefined}
            data={allowed}
            disabled={readOnly}
            acceptValueOnBlur
            {...form.getInputProps("packages")}
          />
          {refused.length > 0 && (
            <Alert color="yellow" variant="light" mt="sm" p="xs" icon={<IconPackage size={18} aria-hidden />}>
              {refused.join(", ")} {refused.length === 1 ? "is" : "are"} not on the list of allowed packages.
              An administrator can add {refused.length === 1 ? "it" : "them"} under{" "}
              <Anchor component={Link} to="/settings/packages" inherit underline="always">
                Settings, Packages
              </Anchor>
              .
            </Alert>
          )}
        </Panel>
        <Panel title="Access">
          <Stack gap="md">
            <Switch
              label="Network"
              description="Off: the script reaches nothing outside of its sandbox."
              disabled={readOnly}
              {...form.getInputProps("network", { type: "checkbox" })}
            />
            <Switch
              label="Allow several runs at once"
              description="Off: a second run is refused while one is active, so that no strategy trades twice by mistake."
              disabled={readOnly}
              {...form.getInputProps("allow_parallel", { type: "checkbox" })}
            />
            <MultiSelect
              label="Secret variables"
              description={
                secrets.length === 0 ? (
                  <>
                    You have none yet. Store keys under{" "}
                    <Anchor component={Link} to="/settings/secrets" inherit underline="always">
                      Settings, Secrets
                    </Anchor>
                    , then choose them here.
                  </>
                ) : (
                  "The script sees them in os.environ. What it prints of them stays readable in its log."
                )
              }
              placeholder={form.values.secrets.length === 0 ? "None" : undefined}
              data={[...secrets, ...unknown]}
              searchable
              clearable
              disabled={readOnly}
              {...form.getInputProps("secrets")}
              error={
                unknown.length > 0
                  ? `${unknown.join(", ")} no longer exists: remove it here or store it again.`
                  : form.errors.secrets
              }
            />
          </Stack>
        </Panel>
        <Panel title="Limits">
          <Text size="sm" c="dimmed" mb="sm">
            An empty field means the installation’s own limit, which is also the most that a script can get.
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            {LIMIT_FIELDS.map((field) => (
              <LimitInput
                key={field.name}
                field={field}
                disabled={readOnly}
                {...form.getInputProps(`limits.${field.name}`)}
              />
            ))}
          </SimpleGrid>
        </Panel>
        <FormProblem error={put.error} />
        {!readOnly && (
          <Group gap="xs">
            <Button type="submit" disabled={!form.isDirty()} loading={put.isPending}>
              Save settings
            </Button>
            {form.isDirty() && (
              <Button variant="subtle" color="gray" onClick={() => form.reset()}>
                Undo changes
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </form>
  );
}
