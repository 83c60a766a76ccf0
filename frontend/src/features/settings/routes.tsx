import { IconSettings } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const settingsFeature: Feature = {
  routes: [],
  nav: [{ label: "Settings", to: "/settings", icon: IconSettings, letter: "t" }],
  commands: [],
};
