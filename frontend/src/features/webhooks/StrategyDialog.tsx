import {
  Accordion,
  Button,
  Group,
  Input,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { Strategy } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";
import { bodyOf, NEW_STRATEGY, strategyRules, type StrategyValues, valuesOf } from "./strategy-form";
import { MODES, TRADINGVIEW, UNITS } from "./words";

type StrategyForm = UseFormReturnType<StrategyValues>;

interface StrategyDialogProps {
  /** Absent: a new one is made. */
  strategy?: Strategy;
  onClose: () => void;
  onSaved?: (strategy: Strategy) => void;
}

export function StrategyDialog({ strategy, onClose, onSaved }: StrategyDialogProps) {
  const client = useQueryClient();
  const keys = useKeys();
  const form: StrategyForm = useForm<StrategyValues>({
    initialValues: strategy ? valuesOf(strategy) : NEW_STRATEGY,
    validate: strategyRules,
    validateInputOnBlur: true,
  });
  const saved = (told: Strategy) => {
    toastDone(strategy ? "Saved. It holds from the next alert on." : "The webhook is ready.", told.name);
    void client.invalidateQueries({
      predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/strategies"),
    });
    onClose();
    onSaved?.(told);
  };
  const handlers = {
    onSuccess: saved,
    onError: (error: unknown) => form.setErrors(formErrors(error)),
  };
  const create = $api.useMutation("post", "/api/strategies", handlers);
  const change = $api.useMutation("patch", "/api/strategies/{strategy_id}", handlers);
  const save = form.onSubmit((values) =>
    strategy
      ? change.mutate({ params: { path: { strategy_id: strategy.id } }, body: bodyOf(values) })
      : create.mutate({ body: bodyOf(values) }),
  );
  const fitting = keys.data?.items.filter((key) => key.market_type === form.values.market_type);

  return (
    <Modal
      opened
      onClose={onClose}
      title={strategy ? `Settings of ${strategy.name}` : "New webhook"}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={save} noValidate autoComplete="off">
        <Stack>
          <TextInput label="Name" placeholder="BTC breakout" data-autofocus {...form.getInputProps("name")} />
          <ModeChoice form={form} />
          <Group grow align="flex-start">
            <Select
              label="Market"
              data={[
                { value: "spot", label: "Spot" },
                { value: "usdm", label: "USDT-M futures" },
              ]}
              allowDeselect={false}
              {...form.getInputProps("market_type")}
              onChange={(market) => {
                form.setFieldValue("market_type", market === "usdm" ? "usdm" : "spot");
                form.setFieldValue("key_id", null);
              }}
            />
            <Select
              label="Key"
              placeholder="Your paper key"
              data={keyOptions(fitting)}
              clearable
              {...form.getInputProps("key_id")}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              label="Amount"
              description="Used when the alert names none."
              inputMode="decimal"
              placeholder="as the alert says"
              {...form.getInputProps("amount")}
            />
            <Select
              label="Counted"
              description={"\u00a0"}
              data={[...UNITS]}
              allowDeselect={false}
              {...form.getInputProps("amount_unit")}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              label="Most that one order may cost"
              description="In quote currency. Empty: no limit."
              inputMode="decimal"
              {...form.getInputProps("max_cost")}
            />
            <Select
              label="Order type"
              description={
                form.values.mode === "grid" ? "By the configuration." : "Limit uses the alert’s price."
              }
              data={[
                { value: "market", label: "Market" },
                { value: "limit", label: "Limit" },
              ]}
              allowDeselect={false}
              disabled={form.values.mode === "grid"}
              {...form.getInputProps("order_type")}
            />
          </Group>
          <Switch
            label="Trades"
            description="Off: alerts are kept, nothing is traded."
            {...form.getInputProps("enabled", { type: "checkbox" })}
          />
          <Accordion variant="contained">
            <Accordion.Item value="guards">
              <Accordion.Control>Timing and safety</Accordion.Control>
              <Accordion.Panel>
                <Guards form={form} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <FormProblem error={create.error ?? change.error} />
          <DialogActions
            onCancel={onClose}
            submit={strategy ? "Save" : "Create"}
            loading={create.isPending || change.isPending}
          />
        </Stack>
      </form>
    </Modal>
  );
}

function ModeChoice({ form }: { form: StrategyForm }) {
  return (
    <Input.Wrapper
      label="What an alert does"
      description={MODES.find(({ value }) => value === form.values.mode)?.words}
      labelElement="div"
      inputWrapperOrder={["label", "input", "description"]}
    >
      <SegmentedControl
        fullWidth
        aria-label="What an alert does"
        data={MODES.map(({ value, label }) => ({ value, label }))}
        {...form.getInputProps("mode")}
      />
    </Input.Wrapper>
  );
}

function Guards({ form }: { form: StrategyForm }) {
  const { allowed_addresses: addresses } = form.values;
  return (
    <Stack>
      <Group grow align="flex-start">
        <NumberInput
          label="Oldest alert that is traded"
          description="By the time written in it. Empty: any age."
          suffix=" s"
          min={1}
          max={86_400}
          allowDecimal={false}
          {...form.getInputProps("max_lag_seconds")}
        />
        <NumberInput
          label="An alert is expected every"
          description="Later counts as overdue. Empty: not watched."
          suffix=" min"
          min={1}
          max={525_600}
          {...form.getInputProps("expected_every_minutes")}
        />
      </Group>
      <Switch
        label="The alert must carry the secret"
        description="Needed at the addresses with your user id; the address with the token is a secret itself."
        {...form.getInputProps("require_secret", { type: "checkbox" })}
      />
      <Switch
        label="The request must be signed"
        description="HMAC-SHA256 of the body in X-Signature. TradingView cannot do this."
        {...form.getInputProps("require_signature", { type: "checkbox" })}
      />
      <TagsInput
        label="Only from these addresses"
        description="Addresses or networks; “tradingview” stands for TradingView’s. Empty: from everywhere."
        placeholder={addresses.length === 0 ? "203.0.113.7" : undefined}
        acceptValueOnBlur
        clearable
        {...form.getInputProps("allowed_addresses")}
      />
      {!addresses.includes(TRADINGVIEW) && (
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          onClick={() => form.setFieldValue("allowed_addresses", [...addresses, TRADINGVIEW])}
        >
          Only TradingView
        </Button>
      )}
    </Stack>
  );
}
