import { Box, Button, Group, Paper, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconChartHistogram } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { $api } from "@/api/client";
import type { Analytics } from "@/api/types";
import { useUrlParams } from "@/lib/useUrlParams";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { useNow } from "@/ui/useNow";
import { BestAndWorst } from "./BestAndWorst";
import { Breakdowns } from "./Breakdowns";
import { Cards } from "./Cards";
import { Controls } from "./Controls";
import { Days } from "./Days";
import { HeatMap } from "./HeatMap";
import { rangeOf, sinceOf } from "./span";

const Curves = lazy(() => import("./Curves"));
const Histogram = lazy(() => import("./Histogram"));

export function AnalyticsPage() {
  const [params, change] = useUrlParams();
  const now = useNow(false);
  const range = rangeOf(params.get("range"));
  const query = {
    since: sinceOf(range.hours, now),
    key_id: params.get("key_id") ?? undefined,
    purse: params.get("purse") ?? undefined,
  };
  const answer = $api.useQuery(
    "get",
    "/api/analytics",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  const analytics = answer.data;
  const showAll = () =>
    change((next) => {
      for (const name of ["key_id", "purse"]) next.delete(name);
      next.set("range", "all");
    });
  const narrowed = range.hours !== null || query.key_id !== undefined || query.purse !== undefined;
  return (
    <>
      <PageHeader
        title="Analytics"
        description="What closed positions came to, net of fees. Days and weekdays are those of UTC."
      />
      <Controls query={query} analytics={analytics} />
      {answer.isPending && <Skeleton h={420} role="status" aria-label="Loading the figures" />}
      {answer.error && !analytics && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {analytics?.ratios.trades === 0 && (
        <Paper>
          <EmptyState
            icon={IconChartHistogram}
            title={`No position was closed in ${range.words}`}
            action={
              <Group justify="center">
                {narrowed && <Button onClick={showAll}>Show all time</Button>}
                <Button component={Link} to="/positions" variant="default">
                  To the positions
                </Button>
              </Group>
            }
          >
            Figures appear with the first position that takes its profit, stops out or is closed.
          </EmptyState>
        </Paper>
      )}
      {analytics && analytics.ratios.trades > 0 && (
        <Box aria-busy={answer.isPlaceholderData} opacity={answer.isPlaceholderData ? 0.6 : 1}>
          <Shown analytics={analytics} />
        </Box>
      )}
    </>
  );
}

function Shown({ analytics }: { analytics: Analytics }) {
  return (
    <Stack>
      <Cards analytics={analytics} />
      <Suspense fallback={<Skeleton h={340} />}>
        <Curves analytics={analytics} />
      </Suspense>
      <Breakdowns analytics={analytics} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <HeatMap cells={analytics.heat} />
        <Suspense fallback={<Skeleton h={320} />}>
          <Histogram bins={analytics.histogram} />
        </Suspense>
      </SimpleGrid>
      <BestAndWorst analytics={analytics} />
      <Days days={analytics.days} />
    </Stack>
  );
}
