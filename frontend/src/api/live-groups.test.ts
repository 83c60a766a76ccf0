import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aGroup } from "@/testing/trading-samples";
import { applyAccountFrame } from "./live-cache";
import type { AccountEvent } from "./live-protocol";
import type { Page, PositionGroup } from "./types";

const ACTIVE = ["get", "/api/groups", { params: { query: { status: ["open", "closing"], limit: 25 } } }];
const OVER = ["get", "/api/groups", { params: { query: { status: ["closed", "failed"], limit: 25 } } }];
const DETAIL = ["get", "/api/groups/{group_id}", { params: { path: { group_id: "g1" } } }];
const QUEUE = ["get", "/api/queue", { params: { query: { limit: 200, offset: 0 } } }];
const POOL = ["get", "/api/pool", {}];

let client: QueryClient;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient();
});

afterEach(() => {
  client.clear();
  vi.useRealTimers();
});

function shown<Data>(key: unknown[], data: Data) {
  const fetch = vi.fn(() => Promise.resolve(data));
  client.setQueryData(key, data);
  new QueryObserver(client, { queryKey: key, queryFn: fetch, staleTime: Infinity }).subscribe(
    () => undefined,
  );
  return fetch;
}

const page = (...items: PositionGroup[]): Page<PositionGroup> => ({
  items,
  total: items.length,
  limit: 25,
  offset: 0,
});
const tell = (event: AccountEvent) =>
  applyAccountFrame(client, { op: "event", id: "1", cursor: 1, ...event });
const settle = () => vi.advanceTimersByTimeAsync(1000);

describe("a changed position", () => {
  it("is in the list at once, and its own page asks for its legs", async () => {
    const list = shown(ACTIVE, page(aGroup()));
    const detail = shown(DETAIL, { ...aGroup(), parts: [] });
    tell({ name: "group.changed", data: { group: aGroup({ legs_filled: 2 }) } });
    expect(client.getQueryData<Page<PositionGroup>>(ACTIVE)?.items[0]?.legs_filled).toBe(2);
    await settle();
    expect(detail).toHaveBeenCalledOnce();
    expect(list).not.toHaveBeenCalled();
  });

  it("moves from the active ones to the history when it is closed, and its slot is counted as free", async () => {
    const active = shown(ACTIVE, page(aGroup()));
    const over = shown(OVER, page());
    const pool = shown(POOL, { used: 1, limit: 10, waiting: 0 });
    tell({ name: "group.changed", data: { group: aGroup({ status: "closed" }) } });
    await settle();
    expect(active).toHaveBeenCalledOnce();
    expect(over).toHaveBeenCalledOnce();
    expect(pool).toHaveBeenCalledOnce();
  });

  it("does not open again by a late event", () => {
    shown(OVER, page(aGroup({ status: "closed" })));
    tell({ name: "group.changed", data: { group: aGroup({ status: "closing" }) } });
    expect(client.getQueryData<Page<PositionGroup>>(OVER)?.items[0]?.status).toBe("closed");
  });
});

it("a position that ended makes the queue's limit be counted anew", async () => {
  const pool = shown(POOL, { used: 1, limit: 1, waiting: 1 });
  const queue = shown(QUEUE, page());
  tell({ name: "group.closed", data: { group_id: "g1" } });
  await settle();
  expect(pool).toHaveBeenCalledOnce();
  expect(queue).not.toHaveBeenCalled();
});
