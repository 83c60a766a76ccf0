import type { Role } from "@/api/types";

export const ROLES: Record<Role, { label: string; description: string }> = {
  admin: { label: "Admin", description: "Everything, and other people’s accounts." },
  trader: { label: "Trader", description: "Runs and changes what is theirs." },
  viewer: { label: "Viewer", description: "Only looks." },
};

export const ROLE_OPTIONS = Object.entries(ROLES).map(([value, { label }]) => ({
  value: value as Role,
  label,
}));
