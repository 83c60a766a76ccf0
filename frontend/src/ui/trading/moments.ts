import type { OrderDetail, SignalDetail } from "@/api/types";
import { OUTCOMES } from "./states";
import type { Moment } from "./Timeline";

interface Step {
  name: string;
  at: string;
  detail?: string | null;
}

const LABELS: Record<string, string> = {
  received: "Received",
  claimed: "Taken by a worker",
  decided: "Decided",
  intent: "Intent stored",
  sent: "Sent to the exchange",
  sent_again: "Sent again with the same id",
  not_sent: "Not sent",
  acknowledged: "Accepted by the exchange",
  filled: "Filled",
  late_fill: "Another fill was found",
  settled: "Settled",
  unknown: "No clear answer",
  sender_silent: "Its worker stored no answer",
  sender_dead: "Its worker died",
  ask_failed: "Asking the exchange failed",
  cancel_not_seen: "The cancel is not seen yet",
  cancel_failed: "Cancelling failed",
  absent: "The exchange does not know it yet",
  absence_proven: "Proven: the exchange never got it",
  found: "Found at the exchange by its id",
  rejected: "Refused",
  cancelled: "Cancelled",
  cancel_requested: "Cancel asked for",
};
/** The order in which things happen that happen in the same moment. */
const LIFE = [
  "received",
  "claimed",
  "decided",
  "intent",
  "sent",
  "unknown",
  "acknowledged",
  "filled",
  "settled",
];
const BAD = ["rejected"];
const ODD = [
  "unknown",
  "sender_silent",
  "sender_dead",
  "absent",
  "absence_proven",
  "sent_again",
  "not_sent",
  "late_fill",
  "ask_failed",
  "cancel_failed",
];

/** A step's name in words; one without words of its own is its code in readable form. */
export function stepLabel(name: string): string {
  const known = LABELS[name];
  if (known) return known;
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Steps as moments of a timeline, in the order of their times. */
export function momentsOf(steps: readonly Step[]): Moment[] {
  return steps
    .map((step, index) => ({ step, index }))
    .sort(
      (a, b) => momentOf(a.step) - momentOf(b.step) || rankOf(a.step) - rankOf(b.step) || a.index - b.index,
    )
    .map(({ step: { name, at, detail }, index }) => ({
      key: `${name}-${index}`,
      label: stepLabel(name),
      at,
      detail: detail || undefined,
      tone: BAD.includes(name) ? "bad" : ODD.includes(name) ? "odd" : "done",
    }));
}

/** To the millisecond: what one statement writes down has times that differ by less, in any order. */
function momentOf({ at }: Step): number {
  return Date.parse(at);
}

function rankOf({ name }: Step): number {
  const rank = LIFE.indexOf(name);
  return rank < 0 ? LIFE.indexOf("acknowledged") : rank;
}

/** An order's own times and the steps that are written down, without saying one moment twice. */
export function orderSteps(order: OrderDetail): Step[] {
  const own: Step[] = [{ name: "intent", at: order.created_at }];
  const add = (name: string, at: string | null, detail?: string) => at && own.push({ name, at, detail });
  add("sent", order.sent_at);
  add("unknown", order.unknown_at);
  add("acknowledged", order.acknowledged_at, order.venue_order_id ? `as ${order.venue_order_id}` : undefined);
  add("cancel_requested", order.cancel_requested_at);
  add("filled", order.filled_at);
  const last = order.status === "rejected" || order.status === "cancelled" ? order.status : "settled";
  add(last, order.settled_at, last === "rejected" ? (order.detail ?? undefined) : undefined);
  const told = new Set(order.steps.map(({ name }) => name));
  return [...own.filter(({ name }) => !told.has(name)), ...order.steps];
}

/** The whole way of an alert, with what the resolver did about its orders. */
export function signalSteps(signal: SignalDetail): Step[] {
  const told = new Set(signal.steps.map(({ name }) => name));
  const more = signal.orders.flatMap(({ steps }) => steps.filter(({ name }) => !told.has(name)));
  return [...signal.steps, ...more].map((step) =>
    step.name === "settled" ? { ...step, detail: wordsOfOutcome(signal) } : step,
  );
}

function wordsOfOutcome({ outcome }: SignalDetail): string | null {
  return outcome && OUTCOMES[outcome].label;
}
