import { Grid, SimpleGrid, Skeleton, Stack, Title } from "@mantine/core";
import {
  IconCircleCheck,
  IconCircleX,
  IconHourglassLow,
  IconPlayerPlay,
  IconTargetArrow,
} from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useMe } from "@/api/account";
import { useLiveMonitor } from "@/api/live-hooks";
import type { Monitor } from "@/api/types";
import { formatNumber, formatPercent } from "@/lib/format";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { RelativeTime } from "@/ui/RelativeTime";
import { Stat } from "@/ui/Stat";
import { Leases } from "./Leases";
import { Queues, States } from "./States";
import { Workers } from "./Workers";

const Charts = lazy(() => import("./Charts"));

export function MonitorPage() {
  const monitor = useLiveMonitor();
  const everybody = useMe().role === "admin";
  return (
    <>
      <PageHeader
        title="Monitor"
        description={
          <>
            {everybody ? "Figures of every account" : "Figures of your account"}
            {monitor.data && (
              <>
                {", as of "}
                <RelativeTime at={monitor.data.at} inherit />
              </>
            )}
            .
          </>
        }
      />
      {monitor.data ? (
        <Content monitor={monitor.data} />
      ) : monitor.error ? (
        <ErrorState error={monitor.error} onRetry={() => void monitor.refetch()} />
      ) : (
        <Stack gap="md" role="status" aria-label="Loading the monitor">
          <Skeleton h={96} />
          <Skeleton h={260} />
          <Skeleton h={180} />
        </Stack>
      )}
    </>
  );
}

function Content({ monitor }: { monitor: Monitor }) {
  return (
    <Stack gap="lg">
      <Figures monitor={monitor} />
      <section aria-labelledby="workers">
        <Title order={2} id="workers" mb="xs">
          Workers
        </Title>
        <Workers monitor={monitor} />
      </section>
      <section aria-labelledby="leases">
        <Title order={2} id="leases" mb="xs">
          Active runs and who holds them
        </Title>
        <Leases />
      </section>
      <Suspense fallback={<Skeleton h={280} />}>
        <Charts monitor={monitor} />
      </Suspense>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <States monitor={monitor} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Queues monitor={monitor} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Figures({ monitor }: { monitor: Monitor }) {
  const { running, queued, completed_today: completed, failed_today: failed } = monitor;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing={{ base: "xs", sm: "md" }}>
      <Stat
        label="Running"
        value={formatNumber(running)}
        note={`of ${formatNumber(monitor.concurrent_limit)} at once for an account`}
        icon={IconPlayerPlay}
        color="ocean"
      />
      <Stat label="Queued" value={formatNumber(queued)} note="runs that wait" icon={IconHourglassLow} />
      <Stat
        label="Completed"
        value={formatNumber(completed)}
        note="today, UTC"
        icon={IconCircleCheck}
        color="teal"
      />
      <Stat
        label="Failed"
        value={formatNumber(failed)}
        note="today, UTC"
        icon={IconCircleX}
        color={failed > 0 ? "red" : undefined}
      />
      <Stat
        label="Success rate"
        value={formatPercent(monitor.success_rate)}
        note="of the last 30 days"
        icon={IconTargetArrow}
        color="teal"
      />
    </SimpleGrid>
  );
}
