import { IconHistory } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const runsFeature: Feature = {
  routes: [
    { path: "runs", lazy: async () => ({ Component: (await import("./RunsPage")).RunsPage }) },
    { path: "runs/:runId", lazy: async () => ({ Component: (await import("./RunPage")).RunPage }) },
  ],
  nav: [{ label: "Runs", to: "/runs", icon: IconHistory, letter: "r", group: "Scripts" }],
  commands: [
    {
      id: "runs-active",
      label: "Show active runs",
      keywords: ["running", "queued"],
      icon: IconHistory,
      to: "/runs?status=queued&status=starting&status=running&status=cancelling",
    },
    {
      id: "runs-failed",
      label: "Show failed runs",
      keywords: ["errors", "lost", "timed out"],
      icon: IconHistory,
      to: "/runs?status=failed&status=timed_out&status=lost",
    },
  ],
};
