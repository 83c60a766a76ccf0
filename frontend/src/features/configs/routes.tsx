import { IconAdjustmentsHorizontal, IconPlus } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const configsFeature: Feature = {
  routes: [
    {
      path: "configurations",
      lazy: async () => ({ Component: (await import("./ConfigsPage")).ConfigsPage }),
    },
    {
      path: "configurations/:configId",
      lazy: async () => ({ Component: (await import("./ConfigPage")).ConfigPage }),
    },
  ],
  nav: [
    {
      label: "Configurations",
      to: "/configurations",
      icon: IconAdjustmentsHorizontal,
      letter: "c",
      group: "Trading",
    },
  ],
  commands: [
    {
      id: "new-config",
      label: "New configuration",
      description: "How entries are spread over prices and closed",
      keywords: ["grid", "dca", "take profit", "pyramid"],
      icon: IconPlus,
      to: "/configurations/new",
    },
  ],
};
