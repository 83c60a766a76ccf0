import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { RouteObject } from "react-router";

export interface NavEntry {
  label: string;
  to: string;
  icon: Icon;
  /** The letter that follows `g`. */
  letter: string;
  /** The heading above; entries without one come first and last. */
  group?: "Trading" | "Scripts";
  /** Shown at the end of the entry, such as how many wait for a decision. */
  badge?: ComponentType;
}

export interface PaletteCommand {
  id: string;
  label: string;
  description?: string;
  keywords?: string[];
  icon: Icon;
  /** Where the command leads; a page opens its dialogs from the query string. */
  to: string;
  adminOnly?: boolean;
}

/** What a feature gives to the app. */
export interface Feature {
  /** Inside the signed-in shell; paths are relative to `/`. */
  routes: RouteObject[];
  /** Outside of it, for anybody. */
  openRoutes?: RouteObject[];
  nav: NavEntry[];
  commands: PaletteCommand[];
}
