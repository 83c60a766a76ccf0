import { ActionIcon, Group, Input, Paper, Stack, Switch, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { PriorityRule } from "@/api/types";
import { moved, RULES } from "./settings-form";

interface PriorityProps {
  value: PriorityRule[];
  error?: React.ReactNode;
  onChange: (rules: PriorityRule[]) => void;
}

const ALL = Object.keys(RULES) as PriorityRule[];

/** Which rules count, and in which order: a later one only decides where all before it leave a tie. */
export function Priority({ value, error, onChange }: PriorityProps) {
  const shown = [...value, ...ALL.filter((rule) => !value.includes(rule))];
  return (
    <Input.Wrapper
      label="Which entry comes first"
      description="A rule only decides where all rules above it leave a tie."
      error={error}
      labelElement="div"
    >
      <Stack gap={6} mt={6} component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        {shown.map((rule) => {
          const at = value.indexOf(rule);
          const { label, words } = RULES[rule];
          return (
            <Paper key={rule} component="li" px="sm" py={6}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Switch
                  size="sm"
                  label={label}
                  description={words}
                  checked={at >= 0}
                  onChange={({ currentTarget: { checked } }) =>
                    onChange(checked ? [...value, rule] : value.filter((it) => it !== rule))
                  }
                />
                {at >= 0 && (
                  <Group gap={2} wrap="nowrap">
                    <Text size="xs" c="dimmed" className="dc-num" aria-hidden>
                      {at + 1}.
                    </Text>
                    <ActionIcon
                      aria-label={`Move “${label}” up`}
                      disabled={at === 0}
                      onClick={() => onChange(moved(value, rule, -1))}
                    >
                      <IconArrowUp size={16} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={`Move “${label}” down`}
                      disabled={at === value.length - 1}
                      onClick={() => onChange(moved(value, rule, 1))}
                    >
                      <IconArrowDown size={16} />
                    </ActionIcon>
                  </Group>
                )}
              </Group>
            </Paper>
          );
        })}
      </Stack>
    </Input.Wrapper>
  );
}
