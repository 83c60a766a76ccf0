import { ActionIcon, Button, Group, NumberInput, Paper, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { Panel } from "@/ui/Panel";
import { usesLegTargets } from "./config-rules";
import type { ConfigForm } from "./form";
import { LevelsTable } from "./LevelsTable";

/** How often a position may be entered, and what a later entry does differently. */
export function Pyramids({ form }: { form: ConfigForm }) {
  const { pyramids, max_pyramids, levels, tp_mode } = form.values;
  const free = Array.from({ length: Number(max_pyramids) }, (_, at) => at + 1).find(
    (number) => number > 1 && !pyramids.some((it) => it.number === number),
  );
  const add = () =>
    form.insertListItem("pyramids", { number: free ?? 2, capital: "", tp_percent: "", levels: null });
  return (
    <Panel title="Pyramids">
      <Stack>
        <NumberInput
          label="Most entries of a position"
          description="The first one counts; 1 allows no pyramids."
          min={1}
          max={50}
          allowDecimal={false}
          maw={320}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("max_pyramids")}
        />
        {pyramids.map((pyramid, index) => {
          const at = `pyramids.${index}`;
          return (
            <Paper key={index} p="sm" component="section" aria-label={`Entry ${pyramid.number}`}>
              <Stack gap="sm">
                <Group align="flex-start" gap="sm" wrap="wrap">
                  <NumberInput
                    label="Entry"
                    min={1}
                    max={50}
                    allowDecimal={false}
                    w={84}
                    {...form.getInputProps(`${at}.number`)}
                    onChange={(value) => form.setFieldValue(`${at}.number`, Number(value) || 1)}
                  />
                  <TextInput
                    label="Capital"
                    placeholder="as the others"
                    inputMode="decimal"
                    flex="1 1 8rem"
                    {...form.getInputProps(`${at}.capital`)}
                  />
                  {tp_mode === "pyramid_aggregate" && (
                    <TextInput
                      label="Target"
                      placeholder="as the others"
                      inputMode="decimal"
                      rightSection="%"
                      flex="1 1 8rem"
                      {...form.getInputProps(`${at}.tp_percent`)}
                    />
                  )}
                  <ActionIcon
                    mt={29}
                    aria-label={`Remove the rule for entry ${pyramid.number}`}
                    onClick={() => form.removeListItem("pyramids", index)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
                {pyramid.number > 1 && (
                  <Switch
                    label="A grid of its own"
                    checked={pyramid.levels !== null}
                    onChange={({ currentTarget: { checked } }) =>
                      form.setFieldValue(
                        `${at}.levels`,
                        checked ? levels.map((level) => ({ ...level })) : null,
                      )
                    }
                  />
                )}
                {pyramid.levels && (
                  <LevelsTable
                    form={form}
                    path={`${at}.levels`}
                    levels={pyramid.levels}
                    withTargets={usesLegTargets(tp_mode)}
                  />
                )}
              </Stack>
            </Paper>
          );
        })}
        {pyramids.length === 0 && (
          <Text size="sm" c="dimmed">
            Every entry has the same grid and capital.
          </Text>
        )}
        {free !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            w="fit-content"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={add}
          >
            One entry differs
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
