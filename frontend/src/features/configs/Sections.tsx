import { NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { Panel } from "@/ui/Panel";
import { keyOptions } from "@/ui/trading/key-words";
import { useKeys } from "@/ui/trading/keys";
import { TIMEFRAMES } from "@/ui/trading/timeframes";
import { Choose } from "./Choose";
import { usesLegTargets } from "./config-rules";
import type { ConfigForm } from "./form";
import { LevelsTable } from "./LevelsTable";
import { ENTRY_TYPES, OPPOSITES, REMAINDERS, TP_MODES } from "./words";

const TWO = { cols: { base: 1, xs: 2 }, spacing: "md" } as const;

/** Which entries it is for. */
export function Scope({ form }: { form: ConfigForm }) {
  const keys = useKeys();
  const { timeframe } = form.values;
  const frames = TIMEFRAMES.some(({ value }) => timeframe === null || value === timeframe)
    ? TIMEFRAMES
    : [...TIMEFRAMES, { value: timeframe ?? "", label: `${timeframe} minutes` }];
  return (
    <Panel title="For which entries">
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
          <TextInput label="Pair" placeholder="any pair" {...form.getInputProps("pair")} />
          <Select
            label="Timeframe"
            placeholder="any timeframe"
            data={frames}
            clearable
            {...form.getInputProps("timeframe")}
          />
          <Select
            label="Key"
            placeholder="any key"
            data={keyOptions(keys.data?.items)}
            clearable
            {...form.getInputProps("key_id")}
          />
        </SimpleGrid>
        <Switch
          label="In use"
          description="When several fit an entry, the most specific one that is in use is taken."
          {...form.getInputProps("enabled", { type: "checkbox" })}
        />
      </Stack>
    </Panel>
  );
}

/** The grid and how it is entered. */
export function Entry({ form }: { form: ConfigForm }) {
  const { levels, tp_mode } = form.values;
  return (
    <Panel title="Grid">
      <Stack>
        <LevelsTable form={form} path="levels" levels={levels} withTargets={usesLegTargets(tp_mode)} />
        <SimpleGrid {...TWO}>
          <Choose label="Entry orders" choices={ENTRY_TYPES} {...form.getInputProps("entry_type")} />
          <TextInput
            label="Capital of an entry"
            description="In quote currency. Empty: what the alert says."
            inputMode="decimal"
            placeholder="as the alert says"
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps("capital")}
          />
          <NumberInput
            label="Legs are cancelled after"
            description="What has not filled by then. Empty: never."
            suffix=" min"
            min={1}
            inputWrapperOrder={["label", "input", "description", "error"]}
            {...form.getInputProps("entry_ttl_minutes")}
          />
          <Percent
            form={form}
            name="cancel_beyond_percent"
            label="Legs are cancelled beyond"
            description="When the price is this far against the average. Empty: never."
          />
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}

/** How a position is closed. */
export function Exit({ form }: { form: ConfigForm }) {
  const { tp_mode, opposite } = form.values;
  return (
    <Panel title="Exit">
      <Stack>
        <SimpleGrid {...TWO}>
          <Choose label="Take profit" choices={TP_MODES} {...form.getInputProps("tp_mode")} />
          {tp_mode !== "per_leg" && (
            <Percent
              form={form}
              name="tp_percent"
              label={tp_mode === "pyramid_aggregate" ? "Target of each entry" : "Target of the position"}
              description="From the average price of what is held."
            />
          )}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
          <Percent
            form={form}
            name="stop_loss_percent"
            label="Stop loss"
            description="Closes everything this far against the average. Empty: none."
          />
          <Percent
            form={form}
            name="trailing_percent"
            label="Trailing distance"
            description="Closes everything this far from the best price. Empty: none."
          />
          <Percent
            form={form}
            name="trailing_activation_percent"
            label="Trailing from"
            description="Begins at this profit. Empty: at once."
          />
        </SimpleGrid>
        <SimpleGrid {...TWO}>
          <Choose
            label="An alert for the other side"
            choices={OPPOSITES}
            value={opposite}
            {...form.getInputProps("opposite")}
          />
          <Percent
            form={form}
            name="max_slippage_percent"
            label="Closing may slip by"
            description="Closes with a limit this far from the price. Empty: at the market."
          />
          {form.values.max_slippage_percent.trim() !== "" && (
            <Choose label="What the limit leaves" choices={REMAINDERS} {...form.getInputProps("remainder")} />
          )}
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}

/** Only matters for futures. */
export function Futures({ form }: { form: ConfigForm }) {
  return (
    <Panel title="Futures">
      <SimpleGrid {...TWO}>
        <NumberInput
          label="Leverage"
          description="Empty: as it is at the exchange."
          min={1}
          max={125}
          allowDecimal={false}
          suffix=" ×"
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("leverage")}
        />
        <Select
          label="Margin"
          description="Empty: as it is at the exchange."
          placeholder="as it is"
          data={[
            { value: "cross", label: "Cross" },
            { value: "isolated", label: "Isolated" },
          ]}
          clearable
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("margin_mode")}
        />
      </SimpleGrid>
    </Panel>
  );
}

interface PercentProps {
  form: ConfigForm;
  name: string;
  label: string;
  description: string;
}

function Percent({ form, name, label, description }: PercentProps) {
  return (
    <TextInput
      label={label}
      description={description}
      inputMode="decimal"
      rightSection="%"
      inputWrapperOrder={["label", "input", "description", "error"]}
      {...form.getInputProps(name)}
    />
  );
}
