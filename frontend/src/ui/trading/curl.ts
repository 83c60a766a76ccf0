import type { Webhook } from "@/api/types";

const NOW = `'"$(date -u +%FT%TZ)"'`;

/** The simple message as a command: a pair instead of its placeholder, the shell's time, the other placeholders left out. */
export function curlOf({ urls, messages }: Pick<Webhook, "urls" | "messages">): string {
  const told = JSON.parse(messages.simple) as Record<string, string>;
  const filled = { ...told, symbol: "BTCUSDT", timestamp: NOW };
  const body = Object.entries(filled)
    .filter(([, value]) => !value.includes("{{"))
    .map(([name, value]) => `"${name}": "${value}"`)
    .join(", ");
  return `curl -X POST ${urls.token} \\\n  -H 'Content-Type: application/json' \\\n  -d '{${body}}'`;
}
