import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { filterOf, lets, names, patch, patchPage, pathOf, refetchSoon, SLOWLY } from "./cache-patch";
import type { AccountEvent } from "./live-protocol";
import {
  isFinal,
  type Order,
  type OrderDetail,
  type PositionGroup,
  type Signal,
  type SignalDetail,
} from "./types";

/** What the account's events keep fresh: asked for anew after a break that could not be caught up. */
export const TRADING_PATHS = [
  "/api/keys",
  "/api/orders",
  "/api/fills",
  "/api/positions",
  "/api/balances",
  "/api/tickets",
  "/api/halt",
  "/api/strategies",
  "/api/signals",
  "/api/groups",
  "/api/queue",
  "/api/pool",
  "/api/dca-configs",
  "/api/analytics",
  "/api/overview",
  "/api/risk",
  "/api/audit",
];

const under =
  (...paths: string[]) =>
  ({ queryKey }: Query) =>
    paths.some((path) => pathOf(queryKey).startsWith(path));

/** Bring the cache in step with one event of keys, orders, signals, balances, tickets, halts or strategies. */
export function applyTradingEvent(client: QueryClient, event: AccountEvent): void {
  switch (event.name) {
    case "order.changed":
      return applyOrder(client, event.data.order);
    case "signal.changed":
      return applySignal(client, event.data.signal);
    case "key.changed":
      return refetchSoon(client, under("/api/keys", "/api/balances"));
    case "balances.changed":
      return refetchSoon(client, under("/api/balances", "/api/positions"));
    case "ticket.changed":
      return refetchSoon(client, under("/api/tickets"));
    case "halt.changed":
      return refetchSoon(client, under("/api/halt"));
    case "strategy.changed":
      return refetchSoon(client, under("/api/strategies"));
    case "queue.changed":
      return refetchSoon(client, under("/api/queue", "/api/pool", "/api/overview"));
    case "group.changed":
      return applyGroup(client, event.data.group);
    case "group.closed":
      refetchSoon(client, under("/api/analytics", "/api/overview"));
      return refetchSoon(client, under("/api/groups", "/api/pool", "/api/risk"));
    case "risk.changed":
    case "risk.offset_changed":
      return refetchSoon(client, under("/api/risk", "/api/audit"));
  }
}

/** Put an order's news into every cached answer that shows it; also for the answer of a cancel. */
export function applyOrder(client: QueryClient, order: Order): void {
  for (const query of client.getQueryCache().getAll()) {
    const path = pathOf(query.queryKey);
    if (path === "/api/orders") patchOrders(client, query, order);
    else if (path === "/api/orders/{order_id}" && names(query.queryKey, "order_id", order.id)) {
      patch<OrderDetail>(client, query, (known) => withOrder(known, order));
      again(client, query);
    } else if (path === "/api/signals/{signal_id}" && names(query.queryKey, "signal_id", order.origin_id)) {
      patch<SignalDetail>(client, query, (signal) => ({
        ...signal,
        orders: signal.orders.map((it) => (it.id === order.id ? withOrder(it, order) : it)),
      }));
      again(client, query);
    }
  }
  refetchSoon(client, under("/api/fills", "/api/positions"));
}

/** Put a signal's news into every cached answer that shows it. */
export function applySignal(client: QueryClient, signal: Signal): void {
  for (const query of client.getQueryCache().getAll()) {
    const path = pathOf(query.queryKey);
    if (path === "/api/signals") patchSignals(client, query, signal);
    else if (path === "/api/signals/{signal_id}" && names(query.queryKey, "signal_id", signal.id)) {
      patch<SignalDetail>(client, query, (known) => ({ ...known, ...laterSignal(known, signal) }));
      again(client, query);
    }
  }
  refetchSoon(client, under("/api/signals/chart", "/api/strategies"), SLOWLY);
}

/** Put a position's news into every cached answer that shows it. */
export function applyGroup(client: QueryClient, group: PositionGroup): void {
  for (const query of client.getQueryCache().getAll()) {
    const path = pathOf(query.queryKey);
    if (path === "/api/groups") patchGroups(client, query, group);
    else if (path === "/api/groups/{group_id}" && names(query.queryKey, "group_id", group.id))
      again(client, query);
  }
  refetchSoon(client, under("/api/pool"));
  refetchSoon(client, under("/api/overview"), SLOWLY);
  refetchSoon(client, (query) => pathOf(query.queryKey) === "/api/risk", SLOWLY);
}

function patchGroups(client: QueryClient, query: Query, group: PositionGroup): void {
  const { key_id, symbol, status, created_at } = group;
  const { queryKey } = query;
  const fits = lets(queryKey, { key_id, symbol });
  const matches = fits && lets(queryKey, { status });
  patchPage(client, query, {
    item: group,
    matches,
    left: fits && !matches,
    isNews: (newest) => created_at >= (newest?.created_at ?? "") || isOver(group),
    laterOf: (known) => (isOver(known) && !isOver(group) ? known : group),
  });
}

function isOver({ status }: PositionGroup): boolean {
  return status === "closed" || status === "failed";
}

function again(client: QueryClient, { queryHash }: Query): void {
  refetchSoon(client, (query) => query.queryHash === queryHash);
}

function patchOrders(client: QueryClient, query: Query, order: Order): void {
  const { key_id, symbol, origin_id, status, created_at } = order;
  const { queryKey } = query;
  const fits = lets(queryKey, { key_id, symbol, origin_id }) && isWithin(queryKey, created_at);
  const ofStates = filterOf(queryKey, "status").length > 0;
  const matches = fits && lets(queryKey, { status });
  patchPage(client, query, {
    item: order,
    matches,
    left: fits && !matches,
    isNews: (newest) => ofStates || created_at >= (newest?.created_at ?? ""),
    laterOf: laterOrder,
  });
}

function patchSignals(client: QueryClient, query: Query, signal: Signal): void {
  const { strategy_id, status, outcome, received_at } = signal;
  const { queryKey } = query;
  const narrowed = ["status", "outcome", "symbol"].some((name) => filterOf(queryKey, name).length > 0);
  const fits = lets(queryKey, { strategy_id }) && isWithin(queryKey, received_at);
  const matches = fits && lets(queryKey, { status, outcome });
  patchPage(client, query, {
    item: signal,
    matches,
    left: fits && !matches,
    isNews: (newest) => narrowed || received_at >= (newest?.received_at ?? ""),
    laterOf: laterSignal,
  });
}

/** Is that time between the list's `since` and `until`? */
function isWithin(key: QueryKey, at: string): boolean {
  const [since] = filterOf(key, "since");
  const [until] = filterOf(key, "until");
  const when = Date.parse(at);
  return (!since || when >= Date.parse(since)) && (!until || when < Date.parse(until));
}

/** What was final stays so: a request's answer may arrive after the push of what happened next. */
function laterOrder(known: Order, order: Order): Order {
  return isFinal(known.status) && !isFinal(order.status) ? known : order;
}

function withOrder(known: OrderDetail, order: Order): OrderDetail {
  return { ...known, ...laterOrder(known, order) };
}

const AGES: readonly Signal["status"][] = ["received", "claimed", "executing", "done"];

function laterSignal(known: Signal, signal: Signal): Signal {
  return AGES.indexOf(known.status) > AGES.indexOf(signal.status) ? known : signal;
}
