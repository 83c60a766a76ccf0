import { IconScale } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";
import { OpenCount } from "./OpenCount";

export const mismatchesFeature: Feature = {
  routes: [
    {
      path: "mismatches",
      lazy: async () => ({ Component: (await import("./MismatchesPage")).MismatchesPage }),
    },
  ],
  nav: [
    {
      label: "Mismatches",
      to: "/mismatches",
      icon: IconScale,
      letter: "x",
      group: "Trading",
      badge: OpenCount,
    },
  ],
  commands: [],
};
