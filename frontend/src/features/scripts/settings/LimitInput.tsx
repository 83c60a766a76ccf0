import { NumberInput, Text } from "@mantine/core";
import type { NumberInputProps } from "@mantine/core";
import type { LimitField } from "./limits";

export function LimitInput({ field, ...input }: { field: LimitField } & NumberInputProps) {
  return (
    <NumberInput
      label={field.label}
      description={field.description}
      placeholder="Default"
      min={0}
      hideControls
      thousandSeparator=","
      inputWrapperOrder={["label", "input", "error", "description"]}
      styles={{ input: { textAlign: "right", fontVariantNumeric: "tabular-nums" } }}
      rightSectionWidth={74}
      rightSection={
        <Text size="xs" c="dimmed">
          {field.unit}
        </Text>
      }
      {...input}
    />
  );
}
