import type { Webhook } from "@/api/types";

/** The simple message with its placeholders filled in, as a command. */
export function curlOf({ urls, messages }: Webhook): string {
  const body = messages.simple
    .replaceAll("{{ticker}}", "BTCUSDT")
    .replaceAll("{{exchange}}", "BINANCE")
    .replaceAll("{{interval}}", "15")
    .replaceAll("{{timenow}}", "'\"$(date -u +%FT%TZ)\"'");
  return `curl -X POST ${urls.token} \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}
