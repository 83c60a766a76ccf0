import { ActionIcon, Button, Group, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { formatDecimal } from "@/lib/decimal";
import type { LevelValues } from "./config-form";
import { isWhole, nextLevel, spreadEvenly, totalWeight } from "./config-rules";
import type { ConfigForm } from "./form";

interface LevelsTableProps {
  form: ConfigForm;
  /** Where they stand in the form: `levels`, `pyramids.0.levels`. */
  path: string;
  levels: LevelValues[];
  /** Whether each leg's own take profit is used. */
  withTargets: boolean;
}

const COLUMNS = [
  { name: "gap", label: "Gap %" },
  { name: "weight", label: "Weight %" },
  { name: "take_profit", label: "Take profit %" },
] as const;

/** One line for each leg: where, how much, and where it takes profit. */
export function LevelsTable({ form, path, levels, withTargets }: LevelsTableProps) {
  const set = (next: LevelValues[]) => form.setFieldValue(path, next);
  const columns = COLUMNS.filter(({ name }) => withTargets || name !== "take_profit");
  const problem = form.errors[path];
  const whole = isWhole(levels);
  return (
    <div>
      <Table verticalSpacing={5} horizontalSpacing={6} withRowBorders={false} aria-label="Levels">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={34} fz="xs" c="dimmed">
              Leg
            </Table.Th>
            {columns.map(({ name, label }) => (
              <Table.Th key={name} ta="right" fz="xs" c="dimmed">
                {label}
              </Table.Th>
            ))}
            <Table.Th w={34} aria-label="Remove" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {levels.map((_, index) => (
            <Table.Tr key={index} style={{ verticalAlign: "top" }}>
              <Table.Td pt={9} fz="sm" c="dimmed" className="dc-num">
                {index + 1}
              </Table.Td>
              {columns.map(({ name, label }) => (
                <Table.Td key={name}>
                  <TextInput
                    size="xs"
                    inputMode="decimal"
                    aria-label={`${label} of leg ${index + 1}`}
                    styles={{ input: { textAlign: "right", fontVariantNumeric: "tabular-nums" } }}
                    {...form.getInputProps(`${path}.${index}.${name}`)}
                  />
                </Table.Td>
              ))}
              <Table.Td px={0}>
                <ActionIcon
                  aria-label={`Remove leg ${index + 1}`}
                  disabled={levels.length === 1}
                  onClick={() => set(levels.filter((__, at) => at !== index))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="space-between" mt={6} gap="xs">
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => set([...levels, nextLevel(levels)])}
          >
            Add a leg
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => set(spreadEvenly(levels))}>
            Equal weights
          </Button>
        </Group>
        <Text size="sm" className="dc-num" c={whole ? "dimmed" : "var(--dc-loss)"} role="status">
          {typeof problem === "string" ? problem : `Weights total ${formatDecimal(totalWeight(levels))} %`}
        </Text>
      </Group>
    </div>
  );
}
