import { afterEach, describe, expect, it, vi } from "vitest";
import { LogLoader } from "./loader";
import { sampleLog, serve } from "./sample";
import type { SampleLog } from "./sample";
import { LogScan } from "./scan";
import type { LogQuery } from "./scan";
import { LogStore } from "./store";
import { levelOf } from "./text";

const EVERYTHING: LogQuery = { streams: null, levels: null, text: "", matchCase: false };
const words = [
  "INFO bought",
  "ERROR refused",
  "DEBUG tick",
  "plain Error-free words",
  "\x1b[31mWARNING\x1b[0m low",
];
const say = (index: number) => `${words[index % words.length]} ${index}`;
const stops: (() => void)[] = [];

function scan(log: SampleLog, query: Partial<LogQuery>, budget?: number) {
  const store = new LogStore((callback) => callback(), budget);
  const loader = new LogLoader(store, serve(log));
  const one = new LogScan(loader, { ...EVERYTHING, ...query });
  stops.push(one.start());
  return { store, loader, one };
}

const listed = (list: { length: number; at(index: number): number | undefined } | null) =>
  Array.from({ length: list?.length ?? 0 }, (_, index) => list?.at(index));

function expected(log: SampleLog, holds: (line: SampleLog["lines"][number]) => boolean) {
  return log.lines.flatMap((line, index) => (holds(line) ? [index + 1] : []));
}

async function finished(store: LogStore, one: LogScan) {
  await vi.waitFor(() => {
    expect(one.upToDate).toBe(true);
    expect(store.complete).toBe(true);
  });
}

afterEach(() => stops.splice(0).forEach((stop) => stop()));

describe("LogScan", () => {
  it("finds every line with the text in parts that were never on screen", async () => {
    const log = sampleLog(5_000, 2);
    const { store, loader, one } = scan(log, { text: "LINE 49" });
    await loader.tail();
    await finished(store, one);
    expect(listed(one.hits)).toEqual(expected(log, (line) => line.text.includes("line 49")));
    expect(one.rows).toBeNull();
  });

  it("heeds case when asked and reads through colours", async () => {
    const log = sampleLog(1_000, 4, say);
    const exact = scan(log, { text: "Error", matchCase: true });
    await exact.loader.tail();
    await finished(exact.store, exact.one);
    expect(listed(exact.one.hits)).toEqual(expected(log, (line) => line.text.includes("Error-free")));

    const coloured = scan(log, { text: "warning low" });
    await coloured.loader.tail();
    await finished(coloured.store, coloured.one);
    expect(coloured.one.hits.length).toBe(200);
  });

  it("keeps the lines of the chosen streams and levels and searches in these only", async () => {
    const log = sampleLog(2_000, 6, say);
    const { store, loader, one } = scan(
      log,
      { streams: ["stderr"], levels: ["error"], text: "refused" },
      20_000,
    );
    await loader.tail();
    await finished(store, one);
    const wanted = expected(
      log,
      (line) => line.stream === "stderr" && levelOf(line.text, "stderr") === "error",
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(listed(one.rows)).toEqual(wanted);
    expect(listed(one.hits)).toEqual(wanted);
  });

  it("goes on as the log grows", async () => {
    const log = sampleLog(400, 8);
    const { store, one } = scan(log, { text: "line 399" });
    store.add(log.fragments.slice(0, 10));
    await vi.waitFor(() => expect(one.upToDate).toBe(true));
    expect(one.hits.length).toBe(0);
    store.add(log.fragments.slice(10));
    await vi.waitFor(() => expect(one.hits.length).toBe(1));
  });
});
