import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aRun, aScript } from "@/testing/samples";
import { applyAccountFrame, applyRun, withRun } from "./live-cache";
import type { Page, Run, Script } from "./types";

const RUNS = ["get", "/api/runs", { params: { query: { limit: 25 } } }];
const ACTIVE = ["get", "/api/runs", { params: { query: { status: ["queued", "running"] } } }];
const OF_SCRIPT = ["get", "/api/scripts/{script_id}/runs", { params: { path: { script_id: "s1" } } }];
const ONE = ["get", "/api/runs/{run_id}", { params: { path: { run_id: "r1" } } }];
const SCRIPTS = ["get", "/api/scripts", { params: { query: {} } }];
const SCRIPT = ["get", "/api/scripts/{script_id}", { params: { path: { script_id: "s1" } } }];

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

/** Show a cached answer on a page, so that an invalidated one is asked for again. */
function shown<Data>(key: unknown[], data: Data) {
  const fetch = vi.fn(() => Promise.resolve(data));
  client.setQueryData(key, data);
  new QueryObserver(client, { queryKey: key, queryFn: fetch, staleTime: Infinity }).subscribe(
    () => undefined,
  );
  return fetch;
}

const settle = () => vi.advanceTimersByTimeAsync(1000);

describe("a changed run", () => {
  it("does not go back in its life when an older answer arrives late", () => {
    const over = aRun({ status: "cancelled" });
    shown(ONE, over);
    shown(RUNS, pageOf(over));
    shown(SCRIPT, aScript({ latest_run: over, status: "cancelled" }));
    applyRun(client, aRun({ status: "cancelling" }));
    expect(client.getQueryData<Run>(ONE)?.status).toBe("cancelled");
    expect(client.getQueryData<Page<Run>>(RUNS)?.items[0]?.status).toBe("cancelled");
    expect(client.getQueryData<Script>(SCRIPT)?.status).toBe("cancelled");
  });

  it("is put into every answer that shows it, without asking the server", async () => {
    const before = aRun({ status: "running" });
    const fetches = [
      shown(RUNS, pageOf(before)),
      shown(OF_SCRIPT, pageOf(before)),
      shown(ONE, before),
      shown(SCRIPTS, pageOf(aScript({ latest_run: before, status: "running" }))),
      shown(SCRIPT, aScript({ latest_run: before, status: "running" })),
    ];
    const after = aRun({ status: "completed", exit_code: 0 });
    applyAccountFrame(client, { op: "event", id: "1", cursor: 2, name: "run.changed", data: { run: after } });

    expect(client.getQueryData<Page<Run>>(RUNS)?.items).toEqual([after]);
    expect(client.getQueryData<Page<Run>>(OF_SCRIPT)?.items).toEqual([after]);
    expect(client.getQueryData<Run>(ONE)).toEqual(after);
    expect(client.getQueryData<Page<Script>>(SCRIPTS)?.items[0]).toMatchObject({
      status: "completed",
      latest_run: after,
    });
    expect(client.getQueryData<Script>(SCRIPT)).toMatchObject({ status: "completed", latest_run: after });
    await settle();
    for (const fetch of fetches) expect(fetch).not.toHaveBeenCalled();
  });

  it("that no list knows yet makes the lists ask once, however many events come", async () => {
    const fetch = shown(RUNS, pageOf(aRun({ id: "old", queued_at: "2026-01-01T00:00:00Z" })));
    for (const id of ["n1", "n2", "n3"])
      applyRun(client, aRun({ id, queued_at: "2026-01-02T00:00:00Z", status: "queued" }));
    await settle();
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("leaves a list whose filter it no longer meets, and enters one that it now meets", async () => {
    const active = shown(ACTIVE, pageOf(aRun({ status: "running" })));
    applyRun(client, aRun({ status: "completed" }));
    await settle();
    expect(active).toHaveBeenCalledOnce();
    client.setQueryData(ACTIVE, pageOf<Run>());
    applyRun(client, aRun({ status: "queued" }));
    await settle();
    expect(active).toHaveBeenCalledTimes(2);
  });

  it("from an older page does not disturb the list", async () => {
    const fetch = shown(RUNS, pageOf(aRun({ id: "new", queued_at: "2026-01-02T00:00:00Z" })));
    applyRun(client, aRun({ id: "ancient", queued_at: "2025-01-01T00:00:00Z" }));
    await settle();
    expect(fetch).not.toHaveBeenCalled();
  });

  it("is not overwritten by an answer that was already on its way", async () => {
    let answer: (run: Run) => void = () => undefined;
    const fetch = vi.fn(() => new Promise<Run>((resolve) => (answer = resolve)));
    client.setQueryData(ONE, aRun({ status: "running" }));
    new QueryObserver(client, { queryKey: ONE, queryFn: fetch, staleTime: 0 }).subscribe(() => undefined);
    expect(fetch).toHaveBeenCalledOnce();
    applyRun(client, aRun({ status: "completed" }));
    answer(aRun({ status: "running" }));
    await settle();
    expect(fetch).toHaveBeenCalledTimes(2);
    answer(aRun({ status: "completed" }));
    await settle();
    expect(client.getQueryData<Run>(ONE)?.status).toBe("completed");
  });
});

describe("a script's latest run", () => {
  it("is not replaced by an older one that ends later", () => {
    const latest = aRun({ id: "later", queued_at: "2026-01-02T00:00:00Z", status: "running" });
    const script = aScript({ latest_run: latest, status: "running" });
    expect(
      withRun(script, aRun({ id: "earlier", queued_at: "2026-01-01T00:00:00Z", status: "failed" })),
    ).toBe(script);
  });
});

describe("other news", () => {
  it("a changed script reloads the list and that script, no other", async () => {
    const list = shown(SCRIPTS, pageOf(aScript({})));
    const it1 = shown(SCRIPT, aScript({}));
    const other = shown(
      ["get", "/api/scripts/{script_id}", { params: { path: { script_id: "s2" } } }],
      aScript({ id: "s2" }),
    );
    applyAccountFrame(client, {
      op: "event",
      id: "1",
      cursor: 1,
      name: "script.changed",
      data: { script_id: "s1" },
    });
    await settle();
    expect(list).toHaveBeenCalledOnce();
    expect(it1).toHaveBeenCalledOnce();
    expect(other).not.toHaveBeenCalled();
  });

  it("a reset reloads what is pushed and leaves the rest", async () => {
    const runs = shown(RUNS, pageOf(aRun({})));
    const sessions = shown(["get", "/api/auth/sessions", {}], pageOf());
    applyAccountFrame(client, { op: "reset", id: "1", cursor: 9 });
    await settle();
    expect(runs).toHaveBeenCalledOnce();
    expect(sessions).not.toHaveBeenCalled();
  });
});
