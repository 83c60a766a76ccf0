import { Alert, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Environment, MarketType } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { credentialRules, CredentialInputs } from "./CredentialInputs";
import { ENVIRONMENTS, MARKETS } from "./health";
import { useVenues } from "./venues";

interface Values {
  label: string;
  venue: string;
  market_type: MarketType;
  environment: Environment;
  key: string;
  secret: string;
  passphrase: string;
  allow_withdraw: boolean;
}

export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { venues } = useVenues();
  const form = useForm<Values>({
    initialValues: {
      label: "",
      venue: "binance",
      market_type: "spot",
      environment: "live",
      key: "",
      secret: "",
      passphrase: "",
      allow_withdraw: false,
    },
    validate: {
      label: (text) => (text.trim() === "" ? "Name it, so that you know it again." : null),
      ...credentialRules,
      passphrase: (text, values) =>
        text.trim() === "" && venues.find((it) => it.venue === values.venue)?.needs_passphrase
          ? "This exchange wants a passphrase as well."
          : null,
    },
  });
  const venue = venues.find((it) => it.venue === form.values.venue);
  const add = $api.useMutation("post", "/api/keys", {
    onSuccess: (key) => {
      toastDone("Stored. It is being tested; the result appears in a moment.", key.label);
      void client.invalidateQueries({ queryKey: ["get", "/api/keys"] });
      onClose();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const markets = venue?.market_types ?? ["spot"];
  const environments = ENVIRONMENTS.filter(
    ({ value }) => value !== "paper" && (venue?.environments ?? ["live"]).includes(value),
  );
  const choose = (name: string | null) => {
    const chosen = venues.find((it) => it.venue === name);
    if (!chosen) return;
    form.setFieldValue("venue", chosen.venue);
    const [market = "spot"] = chosen.market_types;
    if (!chosen.market_types.includes(form.values.market_type)) form.setFieldValue("market_type", market);
    if (!chosen.environments.includes(form.values.environment)) form.setFieldValue("environment", "live");
  };
  const submit = form.onSubmit(({ passphrase, ...body }) =>
    add.mutate({ body: { ...body, passphrase: passphrase.trim() || null } }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title="Add an exchange key"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate autoComplete="off">
        <Stack>
          <TextInput
            label="Name"
            placeholder="Main account"
            data-autofocus
            {...form.getInputProps("label")}
          />
          <Group grow align="flex-start">
            <Select
              label="Exchange"
              searchable
              allowDeselect={false}
              data={[
                { group: "Tested", items: venues.filter((it) => it.tested).map(optionOf) },
                { group: "Not tested", items: venues.filter((it) => !it.tested).map(optionOf) },
              ]}
              {...form.getInputProps("venue")}
              onChange={choose}
            />
            <Select
              label="Market"
              allowDeselect={false}
              data={markets.map((value) => ({ value, label: MARKETS[value] }))}
              {...form.getInputProps("market_type")}
            />
          </Group>
          <Select
            label="Environment"
            allowDeselect={false}
            data={environments.map(({ value, label }) => ({ value, label }))}
            {...form.getInputProps("environment")}
          />
          {venue && !venue.tested && (
            <Alert color="yellow" variant="light" p="xs" icon={<IconAlertTriangle size={18} aria-hidden />}>
              {venue.title} is not among the exchanges that this platform is tested with. Begin with small
              amounts.
            </Alert>
          )}
          <CredentialInputs form={form} needsPassphrase={venue?.needs_passphrase ?? false} />
          <Checkbox
            label="Accept the key although it can withdraw"
            description="Not recommended: trading never needs it, and whoever gets hold of such a key can move your funds away."
            {...form.getInputProps("allow_withdraw", { type: "checkbox" })}
          />
          <FormProblem error={add.error} />
          <DialogActions onCancel={onClose} submit="Store and test" loading={add.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}

function optionOf({ venue, title }: { venue: string; title: string }) {
  return { value: venue, label: title };
}
