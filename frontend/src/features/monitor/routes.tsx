import { IconActivityHeartbeat } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const monitorFeature: Feature = {
  routes: [
    { path: "monitor", lazy: async () => ({ Component: (await import("./MonitorPage")).MonitorPage }) },
  ],
  nav: [{ label: "Monitor", to: "/monitor", icon: IconActivityHeartbeat, letter: "m" }],
  commands: [],
};
