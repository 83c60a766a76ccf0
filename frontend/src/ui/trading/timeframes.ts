export const TIMEFRAMES = [
  ["1", "1 minute"],
  ["3", "3 minutes"],
  ["5", "5 minutes"],
  ["15", "15 minutes"],
  ["30", "30 minutes"],
  ["60", "1 hour"],
  ["120", "2 hours"],
  ["240", "4 hours"],
  ["720", "12 hours"],
  ["1440", "1 day"],
  ["10080", "1 week"],
].map(([value = "", label = ""]) => ({ value, label }));

/** `15 minutes`; none means any. */
export function timeframeInWords(minutes: number | null): string {
  if (minutes === null) return "any";
  return TIMEFRAMES.find(({ value }) => value === String(minutes))?.label ?? `${minutes} minutes`;
}

/** `15m`, `4h`, `1d`; empty when none was told. */
export function shortTimeframe(minutes: number): string {
  if (minutes === 0) return "";
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
