import { IconStack2 } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";
import { WaitingCount } from "./WaitingCount";

export const queueFeature: Feature = {
  routes: [{ path: "queue", lazy: async () => ({ Component: (await import("./QueuePage")).QueuePage }) }],
  nav: [
    { label: "Queue", to: "/queue", icon: IconStack2, letter: "q", group: "Trading", badge: WaitingCount },
  ],
  commands: [
    {
      id: "pool-settings",
      label: "Limit of positions",
      description: "How many positions at once, and which entry comes first",
      keywords: ["pool", "slots", "queue", "priority"],
      icon: IconStack2,
      to: "/queue?settings=1",
    },
  ],
};
