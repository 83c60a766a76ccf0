import { IconFileCode } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const scriptsFeature: Feature = {
  routes: [],
  nav: [{ label: "Scripts", to: "/scripts", icon: IconFileCode, letter: "s" }],
  commands: [],
};
