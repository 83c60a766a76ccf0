import { Alert, Anchor, Skeleton, Stack } from "@mantine/core";
import { IconScissors } from "@tabler/icons-react";
import { Link } from "react-router";
import { canAct, useMe } from "@/api/account";
import { Candidates } from "./Candidates";
import { Closing } from "./Closing";
import { Limits } from "./Limits";
import { PlanPanel } from "./PlanPanel";
import { useRisk, useRiskSettings } from "./useRisk";

/** The limits and how much of each is used, what closes positions, and whom it would hit next. */
export function NowTab() {
  const acts = canAct(useMe());
  const risk = useRisk();
  const settings = useRiskSettings();
  if (risk.isPending || settings.isPending) return <Skeleton h={320} aria-label="Loading the limits" />;
  if (!risk.data || !settings.data) return null;
  return (
    <Stack gap="md">
      {risk.data.running_offset_id && (
        <Alert
          color="ocean"
          variant="light"
          icon={<IconScissors aria-hidden />}
          title="A loss is being paid for"
        >
          Parts of winning positions are being closed.{" "}
          <Anchor component={Link} to="/risk?tab=offsets" inherit>
            How far it has come
          </Anchor>
        </Alert>
      )}
      <Limits usages={risk.data.limits} settings={settings.data} />
      <Candidates query={risk} settings={settings.data.settings} acts={acts} />
      <PlanPanel plan={risk.data.plan} candidates={risk.data.candidates} acts={acts} />
      <Closing settings={settings.data} />
    </Stack>
  );
}
