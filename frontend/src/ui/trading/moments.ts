import type { OrderDetail, SignalDetail } from "@/api/types";
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
  created: "Intent stored",
  sent: "Sent to the exchange",
  resent: "Sent again with the same id",
  acknowledged: "Accepted by the exchange",
  filled: "Filled",
  settled: "Settled",
  unknown: "No clear answer",
  asked: "Asked the exchange by its id",
  absent: "Not at the exchange",
  found: "Found at the exchange",
  waiting: "Waiting",
  rejected: "Refused",
  cancelled: "Cancelled",
  cancel_requested: "Cancel asked for",
};
const BAD = ["rejected", "refused", "failed", "error"];
const ODD = ["unknown", "asked", "absent", "resent", "waiting", "rate_limited", "retry"];

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
    .sort((a, b) => a.step.at.localeCompare(b.step.at) || a.index - b.index)
    .map(({ step: { name, at, detail }, index }) => ({
      key: `${name}-${index}`,
      label: stepLabel(name),
      at,
      detail: detail || undefined,
      tone: BAD.includes(name) ? "bad" : ODD.includes(name) ? "odd" : "done",
    }));
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

/** The whole way of an alert: the server's steps, or the signal's own times and those of its orders. */
export function signalSteps(signal: SignalDetail): Step[] {
  if (signal.steps.length > 0) return signal.steps;
  const own: Step[] = [{ name: "received", at: signal.received_at }];
  if (signal.claimed_at) own.push({ name: "claimed", at: signal.claimed_at });
  if (signal.decided_at) own.push({ name: "decided", at: signal.decided_at });
  if (signal.settled_at) own.push({ name: "settled", at: signal.settled_at });
  return [
    ...own,
    ...signal.orders.flatMap((order) => orderSteps(order).filter(({ name }) => name !== "settled")),
  ];
}
