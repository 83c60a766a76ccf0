import { IconLayoutDashboard } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const overviewFeature: Feature = {
  routes: [{ index: true, lazy: async () => ({ Component: (await import("./OverviewPage")).OverviewPage }) }],
  nav: [{ label: "Overview", to: "/", icon: IconLayoutDashboard, letter: "o" }],
  commands: [],
};
