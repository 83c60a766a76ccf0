import { IconFileCode, IconUpload } from "@tabler/icons-react";
import type { Feature } from "@/lib/feature";

export const scriptsFeature: Feature = {
  routes: [
    { path: "scripts", lazy: async () => ({ Component: (await import("./list/ScriptsPage")).ScriptsPage }) },
    {
      path: "scripts/:scriptId",
      lazy: async () => ({ Component: (await import("./ScriptPage")).ScriptPage }),
    },
  ],
  nav: [{ label: "Scripts", to: "/scripts", icon: IconFileCode, letter: "s", group: "Scripts" }],
  commands: [
    {
      id: "scripts-upload",
      label: "Upload scripts",
      keywords: ["new", "add", "python"],
      icon: IconUpload,
      to: "/scripts?upload=1",
    },
  ],
};
