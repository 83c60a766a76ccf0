import { accountFeature } from "@/features/account/routes";
import { monitorFeature } from "@/features/monitor/routes";
import { overviewFeature } from "@/features/overview/routes";
import { runsFeature } from "@/features/runs/routes";
import { scriptsFeature } from "@/features/scripts/routes";
import { settingsFeature } from "@/features/settings/routes";
import type { Feature } from "@/lib/feature";

/** In the order of the navigation. */
export const features: Feature[] = [
  overviewFeature,
  scriptsFeature,
  runsFeature,
  monitorFeature,
  settingsFeature,
  accountFeature,
];
