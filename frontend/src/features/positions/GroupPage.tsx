import { Alert, Grid, Skeleton, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useParams } from "react-router";
import { $api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { GroupDetail } from "@/api/types";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { KeyName } from "@/ui/trading/keys";
import { positionName, PositionSideText } from "@/ui/trading/PositionName";
import { PriceScale } from "@/ui/trading/PriceScale";
import { Figures } from "./Figures";
import { GroupBadges } from "./GroupBadges";
import { GroupMenu } from "./GroupMenu";
import { GroupOrders } from "./GroupOrders";
import { scaleOf } from "./group-scale";
import { Pyramids } from "./Pyramids";
import { MODES } from "./states";

const BACK = { label: "Positions", to: "/positions" };
const PRICES_EVERY = 5000;

export function GroupPage() {
  const { groupId = "" } = useParams();
  const query = $api.useQuery(
    "get",
    "/api/groups/{group_id}",
    { params: { path: { group_id: groupId } } },
    {
      refetchInterval: ({ state }) =>
        state.data?.status === "open" || state.data?.status === "closing" ? PRICES_EVERY : false,
    },
  );
  if (query.data) return <GroupView key={groupId} group={query.data} />;
  const gone = [404, 422].includes(asProblem(query.error).status);
  return (
    <>
      <PageHeader title={!query.isPending && gone ? "No such position" : "Position"} back={BACK} />
      {query.isPending ? (
        <Skeleton h={420} aria-label="Loading the position" />
      ) : (
        <ErrorState error={query.error} onRetry={gone ? undefined : () => void query.refetch()} />
      )}
    </>
  );
}

function GroupView({ group }: { group: GroupDetail }) {
  const name = positionName(group);
  return (
    <>
      <PageHeader
        title={name}
        badge={<GroupBadges group={group} size="lg" />}
        back={BACK}
        description={
          <>
            <PositionSideText side={group.side} /> on <KeyName id={group.key_id} />, opened{" "}
            <RelativeTime at={group.created_at} inherit />
            {group.closed_at && (
              <>
                , closed <RelativeTime at={group.closed_at} inherit />
              </>
            )}
            ; {MODES[group.tp_mode]}.
          </>
        }
        actions={<GroupMenu group={group} />}
      />
      <Stack gap="md">
        {group.problem && (
          <Alert
            color={group.status === "failed" ? "red" : "orange"}
            variant="light"
            icon={<IconAlertTriangle aria-hidden />}
            title={group.status === "failed" ? "It needs a look" : "To know"}
          >
            {group.problem}
          </Alert>
        )}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Panel title="Figures" h="100%">
              <Figures group={group} inRows />
            </Panel>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Panel title="Prices" h="100%">
              <PriceScale
                label={`Legs, targets, average and price of ${name}; the tables have the figures.`}
                {...scaleOf(group)}
              />
            </Panel>
          </Grid.Col>
        </Grid>
        <Panel title="Entries and legs">
          <Pyramids group={group} />
        </Panel>
        <GroupOrders group={group} />
      </Stack>
    </>
  );
}
