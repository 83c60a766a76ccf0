import type { LogFragment, Monitor, Order, PositionGroup, QueueEntry, Run, Signal } from "./types";

export type LiveTopic = { topic: "account" } | { topic: "monitor" } | { topic: "log"; run_id: string };

export type AccountEvent =
  | { name: "run.changed"; data: { run: Run } }
  | { name: "script.changed" | "script.deleted"; data: { script_id: string } }
  | { name: "order.changed"; data: { order: Order } }
  | { name: "signal.changed"; data: { signal: Signal } }
  | { name: "key.changed" | "balances.changed"; data: { key_id: string } }
  | { name: "ticket.changed"; data: { ticket_id: string } }
  | { name: "halt.changed"; data: { halt_id: string } }
  | { name: "strategy.changed"; data: { strategy_id: string } }
  | { name: "queue.changed"; data: { entry: QueueEntry } }
  | { name: "group.changed"; data: { group: PositionGroup } }
  | { name: "group.closed"; data: { group_id: string } }
  | { name: "risk.changed"; data: Record<string, unknown> }
  | { name: "risk.offset_changed"; data: { offset_id: string } }
  | { name: "secrets.changed" | "packages.changed" | "credentials.changed"; data: Record<string, unknown> };

export type ServerFrame =
  | { op: "hello"; server_time: string }
  | { op: "pong" }
  | { op: "subscribed"; id: string; cursor: number | null }
  | ({ op: "event"; id: string; cursor: number } & AccountEvent)
  | { op: "reset"; id: string; cursor: number }
  | { op: "log"; id: string; items: LogFragment[]; cursor: number; complete: boolean }
  | { op: "monitor"; id: string; data: Monitor }
  | { op: "error"; id?: string; code: string; detail: string };

/** What a subscriber is told: never frames of the connection itself. */
export type SubscriberFrame = Exclude<ServerFrame, { op: "hello" | "pong" }>;

export type LiveState = "live" | "catching-up" | "offline";
