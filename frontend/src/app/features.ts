import { accountFeature } from "@/features/account/routes";
import { analyticsFeature } from "@/features/analytics/routes";
import { balancesFeature } from "@/features/balances/routes";
import { configsFeature } from "@/features/configs/routes";
import { keysFeature } from "@/features/keys/routes";
import { mismatchesFeature } from "@/features/mismatches/routes";
import { monitorFeature } from "@/features/monitor/routes";
import { ordersFeature } from "@/features/orders/routes";
import { overviewFeature } from "@/features/overview/routes";
import { paperFeature } from "@/features/paper/routes";
import { positionsFeature } from "@/features/positions/routes";
import { queueFeature } from "@/features/queue/routes";
import { riskFeature } from "@/features/risk/routes";
import { runsFeature } from "@/features/runs/routes";
import { scriptsFeature } from "@/features/scripts/routes";
import { settingsFeature } from "@/features/settings/routes";
import { signalsFeature } from "@/features/signals/routes";
import { webhooksFeature } from "@/features/webhooks/routes";
import type { Feature } from "@/lib/feature";

/** In the order of the navigation. */
export const features: Feature[] = [
  overviewFeature,
  positionsFeature,
  queueFeature,
  analyticsFeature,
  riskFeature,
  webhooksFeature,
  signalsFeature,
  configsFeature,
  ordersFeature,
  balancesFeature,
  mismatchesFeature,
  keysFeature,
  paperFeature,
  scriptsFeature,
  runsFeature,
  monitorFeature,
  settingsFeature,
  accountFeature,
];
