import { Text } from "@mantine/core";
import { formatDuration } from "@/lib/format";
import { useNow } from "./useNow";

interface DurationProps {
  startedAt: string | null;
  /** Null while it still ticks. */
  finishedAt: string | null;
}

/** How long something took, or has taken until now. */
export function Duration({ startedAt, finishedAt }: DurationProps) {
  const now = useNow(startedAt !== null && finishedAt === null);
  if (!startedAt)
    return (
      <Text span c="dimmed">
        –
      </Text>
    );
  const end = finishedAt ? Date.parse(finishedAt) : now.getTime();
  return <span className="dc-num">{formatDuration(Math.max(0, (end - Date.parse(startedAt)) / 1000))}</span>;
}
