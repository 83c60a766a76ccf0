import { IconKey, IconPlus } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const keysFeature: Feature = {
  routes: [{ path: "keys", lazy: async () => ({ Component: (await import("./KeysPage")).KeysPage }) }],
  nav: [{ label: "Keys", to: "/keys", icon: IconKey, letter: "k", group: "Trading" }],
  commands: [
    {
      id: "new-key",
      label: "Add an exchange key",
      description: "Trade on your account at an exchange",
      keywords: ["api", "exchange", "binance"],
      icon: IconPlus,
      to: "/keys?new=1",
    },
  ],
};
