import { Stack, Tabs } from "@mantine/core";
import { useUrlParams } from "@/lib/useUrlParams";
import { PageHeader } from "@/ui/PageHeader";
import { AuditTab } from "./AuditTab";
import { Engine } from "./Engine";
import { NowTab } from "./NowTab";
import { OffsetsTab } from "./OffsetsTab";
import { SettingsTab } from "./SettingsTab";

const TABS = {
  now: { label: "Now", Body: NowTab },
  offsets: { label: "Offsets", Body: OffsetsTab },
  settings: { label: "Settings", Body: SettingsTab },
  audit: { label: "Who did what", Body: AuditTab },
};

export function RiskPage() {
  const [params, change] = useUrlParams();
  const asked = params.get("tab") ?? "";
  const tab = Object.hasOwn(TABS, asked) ? asked : "now";
  const show = (name: string | null) =>
    change((next) => {
      for (const filter of [...next.keys()]) next.delete(filter);
      if (name && name !== "now") next.set("tab", name);
    });
  return (
    <>
      <PageHeader
        title="Risk"
        description="What may be opened, what is closed to limit a loss, and who decided it."
      />
      <Stack gap="md">
        <Engine />
        <Tabs value={tab} onChange={show} keepMounted={false}>
          <Tabs.List mb="md">
            {Object.entries(TABS).map(([name, { label }]) => (
              <Tabs.Tab key={name} value={name}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {Object.entries(TABS).map(([name, { Body }]) => (
            <Tabs.Panel key={name} value={name}>
              <Body />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </>
  );
}
