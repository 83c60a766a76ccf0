import { Modal, NumberInput, SimpleGrid, Skeleton, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { PoolSettings } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { ErrorState } from "@/ui/ErrorState";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { Priority } from "./Priority";
import { settingsOf, settingsRules, type SettingsValues, valuesOf } from "./settings-form";

/** How many positions at once, and what happens to entries that find no slot. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const query = $api.useQuery("get", "/api/pool/settings", {}, { refetchOnWindowFocus: false });
  return (
    <Modal opened onClose={onClose} title="Limit of positions" size="lg">
      {query.isPending && <Skeleton h={320} aria-label="Loading the settings" />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <SettingsForm
          key={query.data.version}
          settings={query.data.settings}
          version={query.data.version}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

interface SettingsFormProps {
  settings: PoolSettings;
  version: number;
  onClose: () => void;
}

function SettingsForm({ settings, version, onClose }: SettingsFormProps) {
  const client = useQueryClient();
  const form = useForm<SettingsValues>({
    initialValues: valuesOf(settings),
    validate: settingsRules,
    validateInputOnBlur: true,
  });
  const change = $api.useMutation("put", "/api/pool/settings", {
    onSuccess: () => {
      toastDone("Saved. It holds at once.");
      void client.invalidateQueries({
        predicate: ({ queryKey }) => /^\/api\/(pool|queue)/.test(String(queryKey[1])),
      });
      onClose();
    },
    onError: (error) =>
      form.setErrors(
        Object.fromEntries(
          asProblem(error).fields.map(({ field, message }) => [field.replace(/^settings\./, ""), message]),
        ),
      ),
  });
  const save = form.onSubmit((values) => change.mutate({ body: { version, settings: settingsOf(values) } }));
  return (
    <form onSubmit={save} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label="Most active positions"
            min={1}
            max={1000}
            allowDecimal={false}
            data-autofocus
            {...form.getInputProps("max_groups")}
          />
          <NumberInput
            label="Most waiting entries"
            description="0: nothing waits. Empty: no limit."
            min={0}
            max={10_000}
            allowDecimal={false}
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps("max_queue")}
          />
          <NumberInput
            label="An entry waits at most"
            description="Empty: for as long as it takes."
            suffix=" h"
            min={0.01}
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps("expiry_hours")}
          />
          <TextInput
            label="Dropped when the price moved by"
            description="From the alert’s, either way. Empty: never."
            inputMode="decimal"
            rightSection="%"
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps("max_drift_percent")}
          />
        </SimpleGrid>
        <Switch
          label="Pyramids need no slot"
          description="Off: a further entry of an open position waits like any other."
          {...form.getInputProps("pyramids_bypass", { type: "checkbox" })}
        />
        <Switch
          label="A later alert replaces the one that waits"
          description="Its price is the newer one; its place in the line stays."
          {...form.getInputProps("replace", { type: "checkbox" })}
        />
        <Priority
          value={form.values.priority}
          error={form.errors.priority}
          onChange={(rules) => form.setFieldValue("priority", rules)}
        />
        <FormProblem error={change.error} />
        <DialogActions onCancel={onClose} submit="Save" loading={change.isPending} />
      </Stack>
    </form>
  );
}
