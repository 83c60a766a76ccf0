import { IconBriefcase } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const positionsFeature: Feature = {
  routes: [
    {
      path: "positions",
      lazy: async () => ({ Component: (await import("./PositionsPage")).PositionsPage }),
    },
    {
      path: "positions/:groupId",
      lazy: async () => ({ Component: (await import("./GroupPage")).GroupPage }),
    },
  ],
  nav: [{ label: "Positions", to: "/positions", icon: IconBriefcase, letter: "g", group: "Trading" }],
  commands: [
    {
      id: "closed-positions",
      label: "Closed positions",
      keywords: ["history", "profit"],
      icon: IconBriefcase,
      to: "/positions?tab=history",
    },
  ],
};
