import { Tabs } from "@mantine/core";
import { useUrlParams } from "@/lib/useUrlParams";
import { PageHeader } from "@/ui/PageHeader";
import { ActiveTab } from "./ActiveTab";
import { HistoryTab } from "./HistoryTab";

export function PositionsPage() {
  const [params, change] = useUrlParams();
  const tab = params.get("tab") === "history" ? "history" : "active";
  const show = (name: string | null) =>
    change((next) => {
      for (const filter of [...next.keys()]) next.delete(filter);
      if (name === "history") next.set("tab", name);
    });
  return (
    <>
      <PageHeader
        title="Positions"
        description="What was opened by alerts, how far each grid is filled, and what it has earned."
      />
      <Tabs value={tab} onChange={show}>
        <Tabs.List mb="md">
          <Tabs.Tab value="active">Active</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="active">
          <ActiveTab />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
