const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** `3 min. ago`, `in 2 days`; within five seconds `just now`. */
export function relativeTime(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) < 5) return "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.trunc(seconds), "second");
}

/** Date and time in the viewer's own zone, with the zone's name. */
export function exactTime(at: Date): string {
  return exact.format(at);
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** The time of day to the millisecond, in the viewer's own zone: `17:06:57.123`. */
export function clockTime(at: Date): string {
  return clock.format(at);
}

/** Milliseconds from one ISO time to another, with the microseconds that the texts carry. */
export function millisBetween(from: string, to: string): number {
  return (microseconds(to) - microseconds(from)) / 1000;
}

function microseconds(at: string): number {
  const behind = /\.\d{3}(\d{1,3})/.exec(at)?.[1] ?? "";
  return Date.parse(at) * 1000 + Number(behind.padEnd(3, "0"));
}
