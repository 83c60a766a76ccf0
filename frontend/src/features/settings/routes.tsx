import {
  IconFileSettings,
  IconKey,
  IconMoon,
  IconPackage,
  IconSettings,
  IconShieldLock,
  IconUsers,
  IconVariable,
} from "@tabler/icons-react";
import { replace } from "react-router";
import type { Feature } from "@/lib/feature";

export const settingsFeature: Feature = {
  routes: [
    {
      path: "settings",
      lazy: async () => ({ Component: (await import("./SettingsPage")).SettingsPage }),
      children: [
        { index: true, loader: () => replace("/settings/profile") },
        {
          path: "profile",
          lazy: async () => ({ Component: (await import("./profile/ProfileTab")).ProfileTab }),
        },
        {
          path: "password",
          lazy: async () => ({ Component: (await import("./security/PasswordTab")).PasswordTab }),
        },
        {
          path: "sessions",
          lazy: async () => ({ Component: (await import("./security/SessionsTab")).SessionsTab }),
        },
        { path: "tokens", lazy: async () => ({ Component: (await import("./tokens/TokensTab")).TokensTab }) },
        {
          path: "secrets",
          lazy: async () => ({ Component: (await import("./secrets/SecretsTab")).SecretsTab }),
        },
        {
          path: "packages",
          lazy: async () => ({ Component: (await import("./packages/PackagesTab")).PackagesTab }),
        },
        {
          path: "configuration",
          lazy: async () => ({
            Component: (await import("./configuration/ConfigurationTab")).ConfigurationTab,
          }),
        },
        {
          path: "appearance",
          lazy: async () => ({ Component: (await import("./AppearanceTab")).AppearanceTab }),
        },
        { path: "users", lazy: async () => ({ Component: (await import("./users/UsersTab")).UsersTab }) },
      ],
    },
  ],
  nav: [{ label: "Settings", to: "/settings", icon: IconSettings, letter: "t" }],
  commands: [
    { id: "password", label: "Change password", icon: IconShieldLock, to: "/settings/password" },
    {
      id: "new-token",
      label: "New API token",
      description: "For curl and programs",
      keywords: ["curl", "key"],
      icon: IconKey,
      to: "/settings/tokens?new=1",
    },
    {
      id: "new-secret",
      label: "New secret variable",
      description: "A key or password for your scripts",
      keywords: ["environment", "variable"],
      icon: IconVariable,
      to: "/settings/secrets?new=1",
    },
    {
      id: "configuration-file",
      label: "Export or import trading settings",
      keywords: ["backup", "file", "versions", "reset"],
      icon: IconFileSettings,
      to: "/settings/configuration",
    },
    { id: "packages", label: "Allowed packages", icon: IconPackage, to: "/settings/packages" },
    {
      id: "appearance",
      label: "Dark or light",
      keywords: ["theme", "appearance"],
      icon: IconMoon,
      to: "/settings/appearance",
    },
    { id: "users", label: "Users", icon: IconUsers, to: "/settings/users", adminOnly: true },
  ],
};
