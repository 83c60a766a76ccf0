import { Radio, Stack, useMantineColorScheme } from "@mantine/core";
import { Panel } from "@/ui/Panel";

const SCHEMES = [
  { value: "auto", label: "As the system", description: "Changes with your device, for example at night." },
  { value: "dark", label: "Dark", description: "Easy on the eyes beside charts." },
  { value: "light", label: "Light", description: "Readable in the sun." },
] as const;

export function AppearanceTab() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title="Appearance" maw={640}>
      <Radio.Group
        aria-label="Colours"
        description="Kept in this browser."
        value={colorScheme}
        onChange={(value) => setColorScheme(value as (typeof SCHEMES)[number]["value"])}
      >
        <Stack mt="sm" gap="sm">
          {SCHEMES.map((scheme) => (
            <Radio key={scheme.value} {...scheme} />
          ))}
        </Stack>
      </Radio.Group>
    </Panel>
  );
}
