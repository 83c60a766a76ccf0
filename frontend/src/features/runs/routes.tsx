import { IconHistory } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const runsFeature: Feature = {
  routes: [],
  nav: [{ label: "Runs", to: "/runs", icon: IconHistory, letter: "r" }],
  commands: [],
};
