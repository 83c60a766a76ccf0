import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { RiskSettingsOut } from "@/api/types";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { BlockingFields, ClosingFields } from "./SettingsFields";
import { settingsOf, settingsRules, type SettingsValues, valuesOf } from "./settings-form";
import { useRiskReload } from "./useRisk";

interface SettingsFormProps {
  base: RiskSettingsOut;
  readOnly: boolean;
  notice: ReactNode;
  onSaved: (saved: RiskSettingsOut) => void;
  /** Somebody else saved first. */
  onOvertaken: () => void;
}

export function SettingsForm({ base, readOnly, notice, onSaved, onOvertaken }: SettingsFormProps) {
  const client = useQueryClient();
  const reload = useRiskReload();
  const [note, setNote] = useState("");
  const form = useForm<SettingsValues>({
    initialValues: valuesOf(base.settings),
    validate: settingsRules,
    validateInputOnBlur: true,
  });
  const change = $api.useMutation("put", "/api/risk/settings", {
    onSuccess: (saved) => {
      toastDone("Saved. It holds at once.");
      client.setQueryData($api.queryOptions("get", "/api/risk/settings", {}).queryKey, saved);
      void reload();
      onSaved(saved);
    },
    onError: (error) => {
      const { code, fields } = asProblem(error);
      if (code === "changed_meanwhile") onOvertaken();
      form.setErrors(
        Object.fromEntries(fields.map(({ field, message }) => [field.replace(/^settings\./, ""), message])),
      );
    },
  });
  const refused = change.error !== null && asProblem(change.error).code === "changed_meanwhile";
  const save = form.onSubmit((values) =>
    change.mutate({ body: { version: base.version, settings: settingsOf(values), note: note.trim() } }),
  );
  return (
    <form onSubmit={save} noValidate autoComplete="off" aria-label="Risk settings">
      <fieldset disabled={readOnly} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <Stack>
          {!change.isPending && notice}
          <BlockingFields form={form} />
          <ClosingFields form={form} />
          {!readOnly && (
            <>
              <TextInput
                label="Why"
                description="Kept with the change."
                maxLength={500}
                value={note}
                onChange={(event) => setNote(event.currentTarget.value)}
              />
              {!refused && <FormProblem error={change.error} />}
              <Group justify="flex-end">
                <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
                  Undo
                </Button>
                <Button
                  type="submit"
                  loading={change.isPending}
                  disabled={!form.isDirty() || Boolean(notice)}
                >
                  Save
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}
