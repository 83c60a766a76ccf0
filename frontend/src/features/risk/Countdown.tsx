import { Text, Tooltip } from "@mantine/core";
import { exactTime } from "@/lib/time";
import { useNow } from "@/ui/useNow";
import { timerInWords } from "./words";

/** How long a losing position's timer still runs, second by second. */
export function Countdown({ expiresAt }: { expiresAt: string | null }) {
  const now = useNow(expiresAt !== null);
  const words = timerInWords(expiresAt, now);
  if (words === null || expiresAt === null)
    return (
      <Text span inherit c="dimmed">
        not started
      </Text>
    );
  return (
    <Tooltip label={exactTime(new Date(expiresAt))}>
      <Text span inherit className="dc-num" role="timer">
        {words}
      </Text>
    </Tooltip>
  );
}
