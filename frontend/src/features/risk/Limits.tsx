import { Box, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import type { RiskSettings, RiskSettingsOut, RiskUsage } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { EnvironmentBadge } from "@/ui/trading/badges";
import { EffectBadge } from "./EffectBadge";
import { type SettingName, purseOf, SETTINGS, settingInWords, usageInWords, usedPercent } from "./words";

const BLOCKING = [
  "max_exposure",
  "max_exposure_per_symbol",
  "max_groups_per_symbol",
  "max_daily_trades",
  "max_daily_loss",
] as const satisfies readonly SettingName[];

/** Each limit with how much of it is used, money of one kind after the other. */
export function Limits({ usages, settings }: { usages: RiskUsage[]; settings: RiskSettingsOut }) {
  const purses = [...new Set(usages.map(({ purse }) => purse))];
  return (
    <Panel title="Limits">
      {purses.length === 0 && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            Nothing is invested and nothing was traded today, so nothing is used of these.
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {BLOCKING.map((name) => (
              <Unused key={name} name={name} settings={settings} />
            ))}
          </SimpleGrid>
        </>
      )}
      <Stack gap="md">
        {purses.map((purse) => (
          <Box key={purse} component="section" aria-label={`Limits, ${purse.replace(":", " ")}`}>
            <Group gap={6} mb="xs">
              <EnvironmentBadge environment={purseOf(purse).environment} size="sm" />
              <Text size="sm" fw={600}>
                {purseOf(purse).unit}
              </Text>
            </Group>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {usages
                .filter((usage) => usage.purse === purse)
                .map((usage) => (
                  <Usage key={usage.name} usage={usage} settings={settings.settings} />
                ))}
            </SimpleGrid>
          </Box>
        ))}
      </Stack>
    </Panel>
  );
}

function Usage({ usage, settings }: { usage: RiskUsage; settings: RiskSettings }) {
  const label = labelOf(usage.name);
  const closes = usage.name === "max_daily_loss" && settings.daily_loss_closes;
  const percent = usedPercent(usage);
  return (
    <div data-limit={usage.name}>
      <Group justify="space-between" gap={6} mb={4}>
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Group gap={4}>
          <EffectBadge effect={usage.effect} />
          {closes && <EffectBadge effect="closes positions" />}
        </Group>
      </Group>
      <Text size="sm" fw={600} className="dc-num">
        {usageInWords(usage)}
        {usage.is_reached && (
          <Text span inherit c="var(--dc-loss)">
            {" "}
            · reached
          </Text>
        )}
      </Text>
      {usage.limit !== null && (
        <Progress
          mt={4}
          value={percent}
          color={usage.is_reached ? "red" : percent >= 80 ? "orange" : undefined}
          aria-label={`${label}: ${Math.floor(percent)} % used`}
        />
      )}
    </div>
  );
}

function Unused({ name, settings }: { name: (typeof BLOCKING)[number]; settings: RiskSettingsOut }) {
  const closes = name === "max_daily_loss" && settings.settings.daily_loss_closes;
  return (
    <div data-limit={name}>
      <Group justify="space-between" gap={6} mb={4}>
        <Text size="sm" c="dimmed">
          {SETTINGS[name].label}
        </Text>
        <Group gap={4}>
          <EffectBadge effect={settings.effects[name] ?? "blocks entries"} />
          {closes && <EffectBadge effect="closes positions" />}
        </Group>
      </Group>
      <Text size="sm" fw={600} className="dc-num">
        {settingInWords(name, settings.settings[name])}
      </Text>
    </div>
  );
}

function labelOf(name: string): string {
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name as SettingName].label : name;
}
