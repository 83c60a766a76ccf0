import { NumberInput, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { Panel } from "@/ui/Panel";
import { EffectBadge } from "./EffectBadge";
import type { SettingsValues } from "./settings-form";
import { SETTINGS } from "./words";

interface FieldsProps {
  form: UseFormReturnType<SettingsValues>;
}

type Name = keyof SettingsValues;

const COLS = { base: 1, xs: 2, md: 3 };
const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "error", "description"];

/** An amount or a percent: a text, so that it stays exact. */
function Amount({
  form,
  name,
  unit,
  optional,
}: FieldsProps & { name: Name; unit?: string; optional?: boolean }) {
  const { label, words } = SETTINGS[name];
  return (
    <TextInput
      label={label}
      description={words}
      placeholder={optional ? "No limit" : undefined}
      inputMode="decimal"
      rightSection={unit}
      inputWrapperOrder={ORDER}
      {...form.getInputProps(name)}
    />
  );
}

interface CountProps extends FieldsProps {
  name: Name;
  suffix?: string;
  optional?: boolean;
}

function Count({ form, name, suffix, optional }: CountProps) {
  const { label, words } = SETTINGS[name];
  return (
    <NumberInput
      label={label}
      description={words}
      placeholder={optional ? "No limit" : undefined}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      suffix={suffix}
      inputWrapperOrder={ORDER}
      {...form.getInputProps(name)}
    />
  );
}

function Turn({ form, name }: FieldsProps & { name: Name }) {
  const { label, words } = SETTINGS[name];
  return <Switch label={label} description={words} {...form.getInputProps(name, { type: "checkbox" })} />;
}

/** What refuses entries when it is reached. */
export function BlockingFields({ form }: FieldsProps) {
  return (
    <Panel title="New entries" actions={<EffectBadge effect="blocks entries" />}>
      <SimpleGrid cols={COLS}>
        <Amount form={form} name="max_exposure" optional />
        <Amount form={form} name="max_exposure_per_symbol" optional />
        <Count form={form} name="max_groups_per_symbol" optional />
        <Count form={form} name="max_daily_trades" optional />
        <Amount form={form} name="max_daily_loss" optional />
      </SimpleGrid>
    </Panel>
  );
}

/** What closes positions, and when. */
export function ClosingFields({ form }: FieldsProps) {
  return (
    <Panel title="Open positions" actions={<EffectBadge effect="closes positions" />}>
      <SimpleGrid cols={{ base: 1, md: 2 }} mb="md">
        <Turn form={form} name="daily_loss_closes" />
        <Turn form={form} name="offset_enabled" />
      </SimpleGrid>
      <SimpleGrid cols={COLS}>
        <Amount form={form} name="loss_threshold_percent" unit="%" />
        <Count form={form} name="required_pyramids" />
        <Count form={form} name="wait_minutes" suffix=" min" />
        <Count form={form} name="max_winners" />
        <Amount form={form} name="max_winner_fraction_percent" unit="%" />
        <Amount form={form} name="min_close_notional" />
      </SimpleGrid>
    </Panel>
  );
}
