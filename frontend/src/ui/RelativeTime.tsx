import { Text, type TextProps, Tooltip } from "@mantine/core";
import { exactTime, relativeTime } from "@/lib/time";
import { useNow } from "./useNow";

/** `3 min. ago`, with the exact time in the viewer's zone on hover or touch. */
export function RelativeTime({
  at,
  fallback = "–",
  ...text
}: { at: string | null | undefined; fallback?: string } & TextProps) {
  const now = useNow();
  if (!at)
    return (
      <Text inherit {...text} span c="dimmed">
        {fallback}
      </Text>
    );
  const date = new Date(at);
  return (
    <Tooltip label={exactTime(date)}>
      <Text span inherit className="dc-num" {...text}>
        <time dateTime={at}>{relativeTime(date, now)}</time>
      </Text>
    </Tooltip>
  );
}
