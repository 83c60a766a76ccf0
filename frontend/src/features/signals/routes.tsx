import { IconBroadcast } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const signalsFeature: Feature = {
  routes: [
    { path: "signals", lazy: async () => ({ Component: (await import("./SignalsPage")).SignalsPage }) },
    {
      path: "signals/:signalId",
      lazy: async () => ({ Component: (await import("./SignalPage")).SignalPage }),
    },
  ],
  nav: [{ label: "Signals", to: "/signals", icon: IconBroadcast, letter: "i", group: "Trading" }],
  commands: [],
};
