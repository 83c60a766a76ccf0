// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { LiveServer } from "@/testing/live-server";
import { LiveConnection, type LiveOptions } from "./live";
import type { SubscriberFrame } from "./live-protocol";

vi.stubGlobal("WebSocket", NodeWebSocket);

let server: LiveServer;
let endAll: (() => void)[] = [];

beforeEach(async () => {
  server = await LiveServer.start();
});

afterEach(async () => {
  for (const end of endAll) end();
  endAll = [];
  await server.stop();
});

function connect(options: Partial<LiveOptions> = {}) {
  const { url } = server;
  return new LiveConnection({
    url: () => url,
    refresh: () => Promise.resolve(true),
    onSignedOut: () => undefined,
    backOff: () => 5,
    ...options,
  });
}

function collect(
  live: LiveConnection,
  topic: Parameters<LiveConnection["subscribe"]>[0],
  after: number | null,
) {
  const frames: SubscriberFrame[] = [];
  const end = live.subscribe(topic, after, (frame) => frames.push(frame));
  endAll.push(end);
  return { frames, end };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 2000, interval: 2 });
const run = (status: string) => ({ name: "run.changed", data: { run: { id: "r", status } } });

describe("one connection", () => {
  it("carries every subscription and gives each only its own frames", async () => {
    const live = connect();
    const account = collect(live, { topic: "account" }, null);
    const log = collect(live, { topic: "log", run_id: "r" }, 0);
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.connections).toBe(1);
    server.send({ op: "subscribed", id: "1", cursor: 7 });
    server.send({ op: "subscribed", id: "2", cursor: 0 });
    server.send({ op: "log", id: "2", items: [], cursor: 3, complete: false });
    await until(() => expect(log.frames.map(({ op }) => op)).toEqual(["subscribed", "log"]));
    expect(account.frames.map(({ op }) => op)).toEqual(["subscribed"]);
  });

  it("closes when nobody listens, and a log that is complete stops by itself", async () => {
    const live = connect();
    const log = collect(live, { topic: "log", run_id: "r" }, 0);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.send({ op: "log", id: "1", items: [], cursor: 9, complete: true });
    await until(() => expect(log.frames).toHaveLength(1));
    const again = collect(live, { topic: "monitor" }, null);
    await until(() => expect(server.connections).toBe(2));
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).toEqual({ op: "subscribe", id: "2", topic: "monitor" });
    again.end();
  });
});

describe("a break", () => {
  it("resumes each subscription after the last frame that arrived", async () => {
    const live = connect();
    const states: string[] = [];
    live.watch(() => states.push(live.state));
    const { frames } = collect(live, { topic: "account" }, null);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.send({ op: "subscribed", id: "1", cursor: 40 });
    server.send({ op: "event", id: "1", cursor: 41, ...run("running") });
    await until(() => expect(frames).toHaveLength(2));
    server.drop();
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).toMatchObject({ topic: "account", after: 41 });
    server.send({ op: "subscribed", id: "1", cursor: 42 });
    server.send({ op: "event", id: "1", cursor: 42, ...run("completed") });
    await until(() => expect(frames).toHaveLength(4));
    expect(states).toEqual(["live", "offline", "catching-up", "live"]);
  });

  it("does not skip what was missed when the line breaks again before it was delivered", async () => {
    const live = connect();
    const log = collect(live, { topic: "log", run_id: "r" }, 5);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.send({ op: "subscribed", id: "1", cursor: 90 });
    await until(() => expect(log.frames).toHaveLength(1));
    server.drop();
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).toMatchObject({ after: 5 });
  });

  it("goes on from the new cursor after a reset", async () => {
    const live = connect();
    const { frames } = collect(live, { topic: "account" }, 1);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.send({ op: "reset", id: "1", cursor: 500 });
    await until(() => expect(frames).toHaveLength(1));
    server.drop();
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(server.subscriptions()[1]).toMatchObject({ after: 500 });
  });

  it("keeps trying while the server is away", async () => {
    const live = connect();
    collect(live, { topic: "monitor" }, null);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    const { port } = server;
    await server.stop();
    await until(() => expect(live.state).toBe("offline"));
    server = await LiveServer.start(port);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
  });

  it("is noticed when the server stays silent", async () => {
    server.answersPings = false;
    const live = connect({ pingEvery: 10, pongWithin: 20 });
    collect(live, { topic: "monitor" }, null);
    await until(() => expect(server.connections).toBeGreaterThan(1));
  });
});

describe("an ended session", () => {
  it("is renewed, and the subscriptions go on", async () => {
    const refresh = vi.fn(() => Promise.resolve(true));
    const live = connect({ refresh, backOff: () => 60_000 });
    collect(live, { topic: "account" }, null);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.drop(4401);
    await until(() => expect(server.subscriptions()).toHaveLength(2));
    expect(refresh).toHaveBeenCalledOnce();
  });

  it("leads to the sign-in when it cannot be renewed", async () => {
    const onSignedOut = vi.fn();
    const live = connect({ refresh: () => Promise.resolve(false), onSignedOut, backOff: () => 60_000 });
    collect(live, { topic: "account" }, null);
    await until(() => expect(server.subscriptions()).toHaveLength(1));
    server.drop(4401);
    await until(() => expect(onSignedOut).toHaveBeenCalledOnce());
    expect(server.connections).toBe(1);
  });
});
