import prettyBytes from "pretty-bytes";

const grouped = new Intl.NumberFormat("en-US");

export function formatNumber(value: number): string {
  return grouped.format(value);
}

/** `1536` → `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  return prettyBytes(bytes, { binary: true, maximumFractionDigits: bytes < 1024 ** 2 ? 0 : 1 });
}

/** A share of 0 to 1 as `97.4 %`; an absent one as a dash. */
export function formatPercent(share: number | null | undefined): string {
  return share == null ? "–" : `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}

/** Seconds as `230 ms`, `4.2 s`, `3 m 05 s`, `2 h 04 m`, `3 d 02 h`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds == null) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60)
    return `${seconds < 10 ? (Math.floor(seconds * 10) / 10).toFixed(1) : Math.floor(seconds)} s`;
  const whole = Math.floor(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${pad(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} m`;
  return `${Math.floor(whole / 86_400)} d ${pad(Math.floor((whole % 86_400) / 3600))} h`;
}

/** `1 run`, `3 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** Milliseconds between two steps: `0.4 ms`, `12 ms`, `1.24 s`, and longer ones as a duration. */
export function formatMillis(millis: number): string {
  if (millis < 10) return `${Math.max(0, millis).toFixed(1)} ms`;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(2)} s`;
  return formatDuration(millis / 1000);
}
