import { describe, expect, it } from "vitest";
import { LogLoader } from "./loader";
import { sampleLog, serve } from "./sample";
import type { SampleLog } from "./sample";
import { LogStore } from "./store";
import type { WireFragment } from "./types";

const now = (callback: () => void) => callback();

function opened(log: SampleLog, budget?: number) {
  const store = new LogStore(now, budget);
  return { store, loader: new LogLoader(store, serve(log)) };
}

function fragment(
  seq: number,
  text: string,
  before: number,
  stream: WireFragment["stream"] = "stdout",
): WireFragment {
  return {
    seq,
    stream,
    at: "2026-01-01T00:00:00Z",
    text,
    ends_line: text.endsWith("\n"),
    lines_before: before,
  };
}

function shown(store: LogStore): (string | undefined)[] {
  return Array.from({ length: store.rows }, (_, index) => store.line(index + 1)?.raw);
}

describe("LogStore", () => {
  it("joins a line split over fragments with its own stream only", () => {
    const store = new LogStore(now);
    store.add([
      fragment(1, "buy", 0),
      fragment(2, "oops\n", 0, "stderr"),
      fragment(3, "ing 1 BTC\nnext\nun", 1),
      fragment(4, "done", 3),
    ]);
    expect(shown(store)).toEqual(["oops", "buying 1 BTC", "next", "undone"]);
    expect(store.line(1)?.stream).toBe("stderr");
  });

  it("shows each unfinished line once its text arrives and drops repeats", () => {
    const store = new LogStore(now);
    store.add([fragment(1, "a\n10%", 0)]);
    expect(shown(store)).toEqual(["a", "10%"]);
    store.add([fragment(1, "a\n10%", 0), fragment(2, "\r20%", 1)]);
    expect(shown(store)).toEqual(["a", "10%\r20%"]);
    store.add([fragment(3, "\r30%\n", 1)]);
    expect(shown(store)).toEqual(["a", "10%\r20%\r30%"]);
  });

  it("loads the end first, then any part that is looked at, with every line whole", async () => {
    const log = sampleLog(20_000, 7);
    const { store, loader } = opened(log);
    await loader.tail();
    expect(store.ends).toBe(20_000);
    expect(store.line(20_000)?.raw).toBe(log.lines[19_999]?.text);
    expect(store.line(1)).toBeUndefined();
    for (const number of [10_000, 10_001, 3, 15_555, 19_000, 1, 7_777]) {
      await loader.load(number);
      const line = store.line(number);
      expect({ stream: line?.stream, text: line?.raw }).toEqual(log.lines[number - 1]);
      expect(line?.clipped).toBe(false);
    }
  });

  it("finds a line in a large log with a handful of requests", async () => {
    const log = sampleLog(100_000, 3);
    let requests = 0;
    const store = new LogStore(now);
    const answer = serve(log);
    const loader = new LogLoader(store, (query) => {
      requests += 1;
      return answer(query);
    });
    await loader.tail();
    requests = 0;
    await loader.load(43_210);
    expect(store.line(43_210)?.raw).toBe(log.lines[43_209]?.text);
    expect(requests).toBeLessThanOrEqual(4);
  });

  it("becomes the whole log in whatever order its parts arrive", () => {
    const log = sampleLog(3_000, 11);
    const pieces: WireFragment[][] = [];
    for (let at = 0; at < log.fragments.length; at += 7) pieces.push(log.fragments.slice(at, at + 7));
    const store = new LogStore(now);
    for (const odd of [1, 0]) {
      pieces.filter((_, index) => index % 2 === odd).forEach((piece) => store.add(piece));
    }
    expect(shown(store)).toEqual(log.lines.map((line) => line.text));
  });

  it("lets go of what is far from the screen and loads it again", async () => {
    const log = sampleLog(20_000, 5);
    const { store, loader } = opened(log, 200_000);
    await loader.tail();
    for (let seq = 0; seq < log.fragments.length; seq += 100) {
      store.add(log.fragments.slice(seq, seq + 100));
    }
    store.trim(10_000);
    expect(store.line(10_000)?.raw).toBe(log.lines[9_999]?.text);
    expect(store.line(20_000)?.raw).toBe(log.lines[19_999]?.text);
    expect(store.line(2)).toBeUndefined();
    await loader.load(2);
    expect(store.line(2)?.raw).toBe(log.lines[1]?.text);
  });

  it("keeps up with 20,000 lines a second with little of the processor", () => {
    const store = new LogStore(now);
    const text = "2026-01-01 12:00:00,000 INFO price of BTC/USDT is 67123.45, nothing to do\n".repeat(400);
    const started = performance.now();
    for (let frame = 0; frame < 50; frame += 1) store.add([fragment(frame + 1, text, frame * 400)]);
    expect(store.ends).toBe(20_000);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
