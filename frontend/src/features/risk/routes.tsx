import { IconPlayerPause, IconShieldHalf } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const riskFeature: Feature = {
  routes: [{ path: "risk", lazy: async () => ({ Component: (await import("./RiskPage")).RiskPage }) }],
  nav: [{ label: "Risk", to: "/risk", icon: IconShieldHalf, letter: "l", group: "Trading" }],
  commands: [
    {
      id: "stop-entries",
      label: "Stop entries",
      description: "Nothing new is opened; exits and take profits go on",
      keywords: ["risk", "pause", "engine"],
      icon: IconPlayerPause,
      to: "/risk?stop=1",
    },
    {
      id: "risk-settings",
      label: "Risk limits",
      description: "What blocks entries, and what closes positions",
      keywords: ["exposure", "daily loss", "offset", "timer"],
      icon: IconShieldHalf,
      to: "/risk?tab=settings",
    },
  ],
};
