import { SimpleGrid } from "@mantine/core";
import { IconCircleX, IconHourglassLow, IconPlayerPlay, IconTargetArrow } from "@tabler/icons-react";
import type { Monitor } from "@/api/types";
import { formatNumber, formatPercent, plural } from "@/lib/format";
import { Stat } from "@/ui/Stat";

export function Figures({ monitor }: { monitor: Monitor | undefined }) {
  const loading = monitor === undefined;
  const failed = monitor?.failed_today ?? 0;
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: "xs", sm: "md" }}>
      <Stat
        label="Running"
        value={formatNumber(monitor?.running ?? 0)}
        note={monitor && `of ${formatNumber(monitor.concurrent_limit)} at once`}
        icon={IconPlayerPlay}
        color="ocean"
        loading={loading}
        to="/runs?status=starting&status=running&status=cancelling"
      />
      <Stat
        label="Queued"
        value={formatNumber(monitor?.queued ?? 0)}
        note={monitor && (monitor.queued === 0 ? "nothing waits" : "start when a place is free")}
        icon={IconHourglassLow}
        loading={loading}
        to="/runs?status=queued"
      />
      <Stat
        label="Failed today"
        value={formatNumber(failed)}
        note={monitor && `${plural(monitor.completed_today, "run")} completed`}
        icon={IconCircleX}
        color={failed > 0 ? "red" : undefined}
        loading={loading}
        to="/runs?status=failed&status=timed_out&status=lost"
      />
      <Stat
        label="Success rate"
        value={formatPercent(monitor?.success_rate)}
        note={monitor && (monitor.success_rate == null ? "no run has ended yet" : "of the last 30 days")}
        icon={IconTargetArrow}
        color="teal"
        loading={loading}
        to="/monitor"
      />
    </SimpleGrid>
  );
}
