import { IconActivityHeartbeat } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const monitorFeature: Feature = {
  routes: [],
  nav: [{ label: "Monitor", to: "/monitor", icon: IconActivityHeartbeat, letter: "m" }],
  commands: [],
};
