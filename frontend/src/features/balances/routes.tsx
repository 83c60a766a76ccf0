import { IconWallet } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const balancesFeature: Feature = {
  routes: [
    { path: "balances", lazy: async () => ({ Component: (await import("./BalancesPage")).BalancesPage }) },
  ],
  nav: [{ label: "Balances", to: "/balances", icon: IconWallet, letter: "b", group: "Trading" }],
  commands: [],
};
