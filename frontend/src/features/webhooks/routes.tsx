import { IconPlus, IconWebhook } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const webhooksFeature: Feature = {
  routes: [
    { path: "webhooks", lazy: async () => ({ Component: (await import("./WebhooksPage")).WebhooksPage }) },
    {
      path: "webhooks/:strategyId",
      lazy: async () => ({ Component: (await import("./StrategyPage")).StrategyPage }),
    },
  ],
  nav: [{ label: "Webhooks", to: "/webhooks", icon: IconWebhook, letter: "w", group: "Trading" }],
  commands: [
    {
      id: "new-strategy",
      label: "New webhook",
      description: "An address for a strategy’s alerts",
      keywords: ["tradingview", "alert", "strategy"],
      icon: IconPlus,
      to: "/webhooks?new=1",
    },
  ],
};
