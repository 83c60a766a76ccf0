import { formatNumber, plural } from "@/lib/format";
import { toastDone, toastFailed } from "@/ui/toast";
import type { LogLoader } from "./loader";
import type { Rows } from "./rows";
import { plain } from "./text";

const MOST_COPIED = 20_000;

/** Puts the shown lines on the clipboard, the last 20,000 when there are more; parts not loaded are fetched. */
export async function copyLines(rows: () => Rows, loader: LogLoader): Promise<void> {
  try {
    if (!("clipboard" in navigator)) {
      throw new Error("The browser lets a page copy only over HTTPS. Download the log instead.");
    }
    const { count, lineAt, numberAt } = rows();
    const lines: string[] = [];
    for (let row = Math.max(0, count - MOST_COPIED); row < count; row += 1) {
      const number = numberAt(row);
      if (number !== undefined && !lineAt(row)) await loader.load(number);
      lines.push(plain(lineAt(row)?.raw ?? ""));
    }
    await navigator.clipboard.writeText(lines.join("\n"));
    toastDone(
      lines.length < count
        ? `Copied the last ${formatNumber(lines.length)} of ${formatNumber(count)} lines. The download has them all.`
        : `Copied ${plural(count, "line")}.`,
    );
  } catch (error) {
    toastFailed("copy the log", error);
  }
}
