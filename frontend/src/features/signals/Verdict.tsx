import { Alert, Loader, Text } from "@mantine/core";
import type { SignalDetail } from "@/api/types";
import { formatMillis, plural } from "@/lib/format";
import { millisBetween } from "@/lib/time";
import { lookOfSignal } from "@/ui/trading/badges";
import { OUTCOMES } from "@/ui/trading/states";

/** What became of the alert, in words. */
export function Verdict({ signal }: { signal: SignalDetail }) {
  const { outcome, message, repeats, received_at, settled_at } = signal;
  const { color, icon: OutcomeIcon, label } = lookOfSignal(signal);
  const words = outcome ? OUTCOMES[outcome].words : "It is being worked on; this page follows by itself.";
  return (
    <Alert
      variant="light"
      color={color}
      icon={outcome ? <OutcomeIcon aria-hidden /> : <Loader size={18} />}
      title={label}
      data-testid="verdict"
    >
      <Text size="sm">{message ?? words}</Text>
      {message && outcome && (
        <Text size="sm" mt={2}>
          {words}
        </Text>
      )}
      {(settled_at || repeats > 0) && (
        <Text size="xs" mt={6}>
          {settled_at && `Done ${formatMillis(millisBetween(received_at, settled_at))} after it came in. `}
          {repeats > 0 &&
            `The same alert came ${plural(repeats, "more time")} and was answered as a duplicate.`}
        </Text>
      )}
    </Alert>
  );
}
