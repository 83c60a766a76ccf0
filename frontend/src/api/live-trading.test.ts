import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anOrder, anOrderDetail, aSignal, aSignalDetail } from "@/testing/trading-samples";
import { applyAccountFrame } from "./live-cache";
import { applyOrder, applySignal } from "./live-trading";
import type { Order, OrderDetail, Page, Signal, SignalDetail } from "./types";

const list = (path: string, query = {}) => ["get", path, { params: { query } }];
const ORDERS = list("/api/orders", { limit: 25 });
const OPEN = list("/api/orders", { status: ["open"], limit: 1 });
const UNKNOWN = list("/api/orders", { status: ["unknown"], limit: 20 });
const FILLS = list("/api/fills");
const SIGNALS = list("/api/signals", { limit: 25 });
const CHART = list("/api/signals/chart", { hours: 24 });
const ORDER = ["get", "/api/orders/{order_id}", { params: { path: { order_id: "o1" } } }];
const STORY = ["get", "/api/signals/{signal_id}", { params: { path: { signal_id: "sig1" } } }];

let client: QueryClient;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
});

afterEach(() => {
  client.clear();
  vi.useRealTimers();
});

function pageOf<Item>(...items: Item[]): Page<Item> {
  return { items, total: items.length, limit: 25, offset: 0 };
}

function shown<Data>(key: unknown[], data: Data) {
  const fetch = vi.fn(() => Promise.resolve(data));
  client.setQueryData(key, data);
  new QueryObserver(client, { queryKey: key, queryFn: fetch, staleTime: Infinity }).subscribe(
    () => undefined,
  );
  return fetch;
}

const settle = () => vi.advanceTimersByTimeAsync(1000);

describe("a changed order", () => {
  it("is on every page at once, before the server is asked for anything", () => {
    shown(ORDERS, pageOf(anOrder({ status: "open" })));
    shown(ORDER, anOrderDetail({ status: "open" }));
    shown(STORY, aSignalDetail({ orders: [anOrderDetail({ status: "open" })] }));
    const order = anOrder({ status: "filled", filled: "0.0104" });
    applyAccountFrame(client, { op: "event", id: "1", cursor: 1, name: "order.changed", data: { order } });
    expect(client.getQueryData<Page<Order>>(ORDERS)?.items).toEqual([order]);
    expect(client.getQueryData<OrderDetail>(ORDER)).toMatchObject({ status: "filled", fills: [] });
    expect(client.getQueryData<SignalDetail>(STORY)?.orders[0]?.status).toBe("filled");
  });

  it("makes its own page and the fills ask for what the push does not carry", async () => {
    const order = shown(ORDER, anOrderDetail());
    const fills = shown(FILLS, pageOf());
    const orders = shown(ORDERS, pageOf(anOrder()));
    applyOrder(client, anOrder({ status: "filled" }));
    await settle();
    expect(order).toHaveBeenCalledOnce();
    expect(fills).toHaveBeenCalledOnce();
    expect(orders).not.toHaveBeenCalled();
  });

  it("does not become open again by a late answer", () => {
    shown(ORDERS, pageOf(anOrder({ status: "cancelled" })));
    applyOrder(client, anOrder({ status: "open", cancel_requested_at: "2026-01-01T12:00:00Z" }));
    expect(client.getQueryData<Page<Order>>(ORDERS)?.items[0]?.status).toBe("cancelled");
  });

  it("is counted anew where it was counted, also on a page that does not show it", async () => {
    const open = shown(OPEN, { ...pageOf(anOrder({ id: "other", status: "open" })), total: 2 });
    const unknown = shown(UNKNOWN, pageOf<Order>());
    applyOrder(client, anOrder({ status: "unknown" }));
    await settle();
    expect(open).toHaveBeenCalledOnce();
    expect(unknown).toHaveBeenCalledOnce();
  });

  it("of another signal leaves the story alone", async () => {
    const story = shown(STORY, aSignalDetail());
    applyOrder(client, anOrder({ origin_id: "other" }));
    await settle();
    expect(story).not.toHaveBeenCalled();
  });
});

describe("a changed signal", () => {
  it("is patched in lists and in its story, and never goes back", () => {
    shown(SIGNALS, pageOf(aSignal({ status: "executing" })));
    shown(STORY, aSignalDetail({ status: "executing" }));
    applySignal(client, aSignal({ status: "done", outcome: "executed" }));
    applySignal(client, aSignal({ status: "claimed" }));
    expect(client.getQueryData<Page<Signal>>(SIGNALS)?.items[0]).toMatchObject({
      status: "done",
      outcome: "executed",
    });
    expect(client.getQueryData<SignalDetail>(STORY)?.outcome).toBe("executed");
  });

  it("that is new enters the list at once; a burst costs two asks in a moment, the chart one", async () => {
    const signals = shown(SIGNALS, pageOf(aSignal({ id: "old" })));
    const chart = shown(CHART, []);
    const fresh = (id: string) => aSignal({ id, received_at: "2026-01-01T12:00:01Z" });
    applySignal(client, fresh("a"));
    await vi.advanceTimersByTimeAsync(1);
    expect(signals).toHaveBeenCalledOnce();
    for (const id of ["b", "c", "d"]) applySignal(client, fresh(id));
    await settle();
    expect(signals).toHaveBeenCalledTimes(2);
    expect(chart).toHaveBeenCalledOnce();
  });

  it("outside of a list's time does not disturb it", async () => {
    const today = shown(list("/api/signals", { since: "2026-01-02T00:00:00Z" }), pageOf<Signal>());
    applySignal(client, aSignal({ received_at: "2026-01-01T12:00:00Z" }));
    await settle();
    expect(today).not.toHaveBeenCalled();
  });
});

describe("news without a body", () => {
  it.each([
    [{ name: "key.changed", data: { key_id: "k1" } }, list("/api/keys")],
    [{ name: "balances.changed", data: { key_id: "k1" } }, list("/api/balances")],
    [{ name: "ticket.changed", data: { ticket_id: "t1" } }, list("/api/tickets", { status: ["open"] })],
    [{ name: "halt.changed", data: { halt_id: "h1" } }, ["get", "/api/halt", undefined]],
    [{ name: "strategy.changed", data: { strategy_id: "s1" } }, list("/api/strategies")],
    [{ name: "risk.changed", data: {} }, ["get", "/api/risk", {}]],
    [{ name: "risk.offset_changed", data: { offset_id: "f1" } }, list("/api/risk/offsets")],
  ] as const)("%o makes its pages ask again", async (event, key) => {
    const fetch = shown([...key], pageOf());
    applyAccountFrame(client, { op: "event", id: "1", cursor: 1, ...event });
    await settle();
    expect(fetch).toHaveBeenCalledOnce();
  });
});
