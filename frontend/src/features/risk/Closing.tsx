import { Group, SimpleGrid, Text } from "@mantine/core";
import type { RiskSettingsOut } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { EffectBadge } from "./EffectBadge";
import { offsetRuleInWords, SETTINGS, settingInWords, type SettingName } from "./words";

const CLOSING = [
  "offset_enabled",
  "loss_threshold_percent",
  "required_pyramids",
  "wait_minutes",
  "max_winners",
  "max_winner_fraction_percent",
  "min_close_notional",
  "daily_loss_closes",
] as const satisfies readonly SettingName[];

/** What closes positions by itself, and when. */
export function Closing({ settings: { settings, effects } }: { settings: RiskSettingsOut }) {
  return (
    <Panel title="What closes positions">
      <Text size="sm" mb="sm">
        {offsetRuleInWords(settings)}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {CLOSING.map((name) => (
          <div key={name} data-limit={name}>
            <Group justify="space-between" gap={6} mb={4}>
              <Text size="sm" c="dimmed">
                {SETTINGS[name].label}
              </Text>
              <EffectBadge effect={effects[name] ?? "closes positions"} />
            </Group>
            <Text size="sm" fw={600} className="dc-num">
              {settingInWords(name, settings[name])}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Panel>
  );
}
