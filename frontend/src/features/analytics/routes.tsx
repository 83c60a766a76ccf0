import { IconChartHistogram } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const analyticsFeature: Feature = {
  routes: [
    {
      path: "analytics",
      lazy: async () => ({ Component: (await import("./AnalyticsPage")).AnalyticsPage }),
    },
  ],
  nav: [{ label: "Analytics", to: "/analytics", icon: IconChartHistogram, letter: "a", group: "Trading" }],
  commands: [],
};
