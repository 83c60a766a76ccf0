import { Button, Grid, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import { useLiveMonitor } from "@/api/live-hooks";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { FirstSteps } from "./FirstSteps";
import { Health } from "./Health";
import { RecentRuns } from "./RecentRuns";
import { RunningNow } from "./RunningNow";
import { Figures } from "./Figures";
import { Trading } from "./Trading";

const Standing = lazy(() => import("./Standing"));
const FirstAlert = lazy(() => import("./FirstAlert"));

export function OverviewPage() {
  const me = useMe();
  const monitor = useLiveMonitor();
  const scripts = $api.useQuery("get", "/api/scripts", { params: { query: { limit: 1 } } });
  const signals = $api.useQuery("get", "/api/signals", { params: { query: { limit: 1 } } });
  const neverTraded = canAct(me) && signals.data?.total === 0;
  const neverRan = scripts.data?.total === 0;
  const upload = canAct(me) && (
    <Button component={Link} to="/scripts" leftSection={<IconUpload size={16} aria-hidden />}>
      Upload a script
    </Button>
  );
  return (
    <>
      <PageHeader title="Overview" actions={upload} />
      <Stack>
        <Suspense fallback={<Skeleton h={110} />}>
          <Standing />
        </Suspense>
        <Trading />
        {monitor.error && !monitor.data ? (
          <ErrorState error={monitor.error} onRetry={() => void monitor.refetch()} />
        ) : (
          <Figures monitor={monitor.data} />
        )}
        {(neverTraded || neverRan) && (
          <SimpleGrid cols={{ base: 1, lg: neverTraded && neverRan ? 2 : 1 }} spacing="md">
            {neverTraded && (
              <Suspense>
                <FirstAlert />
              </Suspense>
            )}
            {neverRan && <FirstSteps />}
          </SimpleGrid>
        )}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Stack>
              <RunningNow />
              <RecentRuns />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Health monitor={monitor.data} />
          </Grid.Col>
        </Grid>
      </Stack>
    </>
  );
}
