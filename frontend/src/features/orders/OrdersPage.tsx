import { Tabs } from "@mantine/core";
import { useUrlParams } from "@/lib/useUrlParams";
import { PageHeader } from "@/ui/PageHeader";
import { FillsTab } from "./FillsTab";
import { OrdersTab } from "./OrdersTab";
import { PositionsTab } from "./PositionsTab";
import { UnknownBanner } from "./UnknownBanner";

const TABS = ["orders", "fills", "positions"] as const;
const LABELS = { orders: "Orders", fills: "Fills", positions: "Book" };

export function OrdersPage() {
  const [params, change] = useUrlParams();
  const tab = TABS.find((name) => name === params.get("tab")) ?? "orders";
  const show = (name: string | null) =>
    change((next) => {
      for (const filter of [...next.keys()]) next.delete(filter);
      if (name && name !== "orders") next.set("tab", name);
    });
  return (
    <>
      <PageHeader title="Orders" description="What was sent to the exchanges, and what came of it." />
      <UnknownBanner />
      <Tabs value={tab} onChange={show}>
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABELS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="orders">
          <OrdersTab />
        </Tabs.Panel>
        <Tabs.Panel value="fills">
          <FillsTab />
        </Tabs.Panel>
        <Tabs.Panel value="positions">
          <PositionsTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
