import type { PaperFault, PaperFaultBody, PaperFaultKind } from "@/api/types";

interface FaultKind {
  label: string;
  /** What the platform meets, and what it should do about it. */
  means: string;
  group: "Requests" | "Streams";
  /** What else it needs: how late, how far off. */
  needs?: "delay_ms" | "skew_ms";
}

export const KINDS: Record<PaperFaultKind, FaultKind> = {
  drop_answer: {
    label: "Answer lost",
    group: "Requests",
    means:
      "The exchange carries the request out and cuts the connection instead of answering. An order becomes unknown until it is found by its id; it must not be placed twice.",
  },
  late_answer: {
    label: "Late answer",
    group: "Requests",
    needs: "delay_ms",
    means: "The request is carried out and answered late. Past the time limit it counts as lost.",
  },
  error_after: {
    label: "Error, yet carried out",
    group: "Requests",
    means:
      "A server error is answered although the order exists. It is treated as unknown, never as refused.",
  },
  error_before: {
    label: "Error, not carried out",
    group: "Requests",
    means:
      "A server error, and nothing was done. From outside it looks like the one above, so it is treated alike and sent again only when its absence is proven.",
  },
  disconnect: {
    label: "Connection cut",
    group: "Requests",
    means: "The connection breaks before the request is looked at.",
  },
  too_many_requests: {
    label: "Too many requests",
    group: "Requests",
    means: "Answers 429 with a pause to keep. Exits have a share of the budget of their own.",
  },
  clock_skew: {
    label: "Wrong clock",
    group: "Requests",
    needs: "skew_ms",
    means: "The exchange’s clock is off, so that signed requests are refused.",
  },
  stream_delay: {
    label: "Late events",
    group: "Streams",
    needs: "delay_ms",
    means: "Fills arrive late by the stream.",
  },
  stream_reorder: {
    label: "Events out of order",
    group: "Streams",
    means: "An event arrives after its successor. An order must not go back in its life.",
  },
  stream_duplicate: {
    label: "Events twice",
    group: "Streams",
    means: "Each event arrives twice. A fill must count once.",
  },
  stream_drop: {
    label: "Events lost",
    group: "Streams",
    means: "Events never arrive. The comparison every 15 to 30 seconds finds what they told.",
  },
  stream_disconnect: {
    label: "Stream breaks",
    group: "Streams",
    means: "The socket closes. It is opened again and what was missed is read.",
  },
};

export const ENDPOINTS = [
  { value: "", label: "Every request" },
  { value: "POST *rder", label: "Placing orders" },
  { value: "DELETE *rder*", label: "Cancelling" },
  { value: "GET *", label: "Reading" },
];

/** What the form asks for beyond the kind. */
export interface FaultValues {
  kind: PaperFaultKind;
  endpoint: string;
  symbol: string;
  times: number | "";
  /** Milliseconds: the delay, or how far off the clock is. */
  millis: number | "";
}

export function bodyOf({ kind, endpoint, symbol, times, millis }: FaultValues): PaperFaultBody {
  const { group, needs } = KINDS[kind];
  const asked = millis === "" ? 1000 : millis;
  return {
    kind,
    endpoint: group === "Requests" && endpoint !== "" ? endpoint : null,
    symbol: symbol || null,
    times: times === "" ? null : times,
    probability: 1,
    delay_ms: needs === "delay_ms" ? asked : 1000,
    skew_ms: needs === "skew_ms" ? asked : 0,
    status: 503,
    message: "Service Unavailable",
  };
}

/** Whom and how often a fault strikes, in words. */
export function scopeInWords(fault: PaperFault): string {
  const where = ENDPOINTS.find(({ value }) => value === (fault.endpoint ?? ""))?.label ?? fault.endpoint;
  const parts = [KINDS[fault.kind].group === "Streams" && !fault.endpoint ? "Every event" : (where ?? "")];
  if (fault.symbol) parts.push(`of ${fault.symbol}`);
  if (KINDS[fault.kind].needs === "delay_ms") parts.push(`by ${fault.delay_ms} ms`);
  if (KINDS[fault.kind].needs === "skew_ms") parts.push(`by ${fault.skew_ms} ms`);
  parts.push(
    fault.times === null || fault.times === undefined
      ? "until it is switched off"
      : `${fault.times} more times`,
  );
  return parts.join(", ");
}
