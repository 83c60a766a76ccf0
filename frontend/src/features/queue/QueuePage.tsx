import { Stack, Tabs } from "@mantine/core";
import { useUrlParams } from "@/lib/useUrlParams";
import { PageHeader } from "@/ui/PageHeader";
import { HistoryTab } from "./HistoryTab";
import { Slots } from "./Slots";
import { WaitingTab } from "./WaitingTab";

export function QueuePage() {
  const [params, change] = useUrlParams();
  const tab = params.get("tab") === "history" ? "history" : "waiting";
  const show = (name: string | null) =>
    change((next) => {
      for (const filter of [...next.keys()]) next.delete(filter);
      if (name === "history") next.set("tab", name);
    });
  return (
    <>
      <PageHeader
        title="Queue"
        description="Entries that wait because as many positions are open as may be, the next one first."
      />
      <Stack gap="md">
        <Slots />
        <Tabs value={tab} onChange={show}>
          <Tabs.List mb="md">
            <Tabs.Tab value="waiting">Waiting</Tabs.Tab>
            <Tabs.Tab value="history">History</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="waiting">
            <WaitingTab />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <HistoryTab />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}
