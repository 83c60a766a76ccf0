import { Alert, Loader, Text } from "@mantine/core";
import { IconHourglassLow } from "@tabler/icons-react";
import type { Run } from "@/api/types";
import { formatDuration, formatNumber } from "@/lib/format";
import { RUN_STATES } from "@/ui/StatusBadge";
import { useNow } from "@/ui/useNow";

/** What is going on with a run, or how it ended, in words. Nothing while it simply runs. */
export function RunOutcome({ run }: { run: Run }) {
  if (run.status === "cancelling" || (run.cancel_requested_at && !run.finished_at))
    return <Stopping run={run} />;
  if (run.status === "queued")
    return (
      <Alert
        variant="light"
        color="gray"
        icon={<IconHourglassLow aria-hidden />}
        title="Waiting for a free place"
      >
        {run.queue_position === null
          ? "It starts as soon as a worker takes it."
          : `It is at place ${formatNumber(run.queue_position)} and starts as soon as earlier runs of yours have ended.`}
      </Alert>
    );
  if (run.status === "starting")
    return (
      <Alert variant="light" color="cyan" icon={<Loader size={18} />} title="Starting">
        The worker prepares the sandbox and the packages. Building an environment for the first time can take
        a minute; the log below shows it.
      </Alert>
    );
  if (run.status === "running" || run.status === "completed" || !run.explanation) return null;
  const { color, icon: StateIcon, label } = RUN_STATES[run.status];
  return (
    <Alert variant="light" color={color} icon={<StateIcon aria-hidden />} title={label}>
      {run.explanation}
    </Alert>
  );
}

function Stopping({ run }: { run: Run }) {
  const now = useNow();
  const since = run.cancel_requested_at ? (now.getTime() - Date.parse(run.cancel_requested_at)) / 1000 : null;
  return (
    <Alert
      variant="light"
      color="orange"
      icon={<Loader size={18} color="orange" />}
      title="Stopping…"
      role="status"
    >
      <Text size="sm">
        {since !== null && since >= 1 && `Asked ${formatDuration(Math.floor(since))} ago. `}
        The script was told to end and has {formatDuration(run.cancel_grace_seconds)} for it, for example to
        close positions. Then everything it started is killed. This changes to “Stopped” only when no process
        of it is left.
      </Text>
    </Alert>
  );
}
