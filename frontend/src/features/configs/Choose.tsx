import { Select, type SelectProps, Text } from "@mantine/core";

interface ChooseProps extends Omit<SelectProps, "data"> {
  choices: readonly { value: string; label: string; words: string }[];
}

/** A choice that says beneath what the chosen one does. */
export function Choose({ choices, value, ...select }: ChooseProps) {
  return (
    <div>
      <Select
        data={choices.map(({ value: name, label }) => ({ value: name, label }))}
        value={value}
        allowDeselect={false}
        {...select}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {choices.find((choice) => choice.value === value)?.words}
      </Text>
    </div>
  );
}
