import { IconBug, IconFlask } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const paperFeature: Feature = {
  routes: [{ path: "paper", lazy: async () => ({ Component: (await import("./PaperPage")).PaperPage }) }],
  nav: [{ label: "Paper exchange", to: "/paper", icon: IconFlask, letter: "p", group: "Trading" }],
  commands: [
    {
      id: "paper-fault",
      label: "Switch on a fault",
      description: "A drill on the paper exchange",
      keywords: ["drill", "paper", "chaos"],
      icon: IconBug,
      to: "/paper?fault=1",
      adminOnly: true,
    },
  ],
};
