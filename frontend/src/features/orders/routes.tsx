import { IconReceipt } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";
import { UnknownCount } from "./UnknownCount";

export const ordersFeature: Feature = {
  routes: [
    { path: "orders", lazy: async () => ({ Component: (await import("./OrdersPage")).OrdersPage }) },
    { path: "orders/:orderId", lazy: async () => ({ Component: (await import("./OrderPage")).OrderPage }) },
  ],
  nav: [
    { label: "Orders", to: "/orders", icon: IconReceipt, letter: "d", group: "Trading", badge: UnknownCount },
  ],
  commands: [
    { id: "fills", label: "Fills", keywords: ["trades"], icon: IconReceipt, to: "/orders?tab=fills" },
  ],
};
