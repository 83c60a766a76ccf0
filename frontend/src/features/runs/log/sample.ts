import type { PageQuery } from "./loader";
import type { Stream, WireFragment, WirePage } from "./types";

/** A log as the server would hold it, with the lines that a reader must see. */
export interface SampleLog {
  fragments: WireFragment[];
  lines: { stream: Stream; text: string }[];
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** Lines of two streams cut into fragments at random places, so that many fragments end within a line. */
export function sampleLog(count: number, seed = 1, say = (index: number) => `line ${index}`): SampleLog {
  const next = random(seed);
  const pending: Record<Stream, string> = { stdout: "", stderr: "", system: "" };
  const log: SampleLog = { fragments: [], lines: [] };
  const open: Partial<Record<Stream, string>> = {};
  let written = 0;
  const flush = (stream: Stream, all: boolean) => {
    const text = pending[stream];
    const cut = all ? text.length : Math.floor(next() * text.length) + 1;
    const piece = text.slice(0, cut);
    if (piece === "") return;
    pending[stream] = text.slice(cut);
    log.fragments.push({
      seq: log.fragments.length + 1,
      stream,
      at: new Date(1_700_000_000_000 + log.fragments.length * 20).toISOString(),
      text: piece,
      ends_line: piece.endsWith("\n"),
      lines_before: log.lines.length,
    });
    const whole = (open[stream] ?? "") + piece;
    const parts = whole.split("\n");
    open[stream] = parts.pop() ?? "";
    for (const part of parts) log.lines.push({ stream, text: part });
  };
  while (written < count) {
    const stream: Stream = next() < 0.8 ? "stdout" : "stderr";
    for (let burst = Math.floor(next() * 30) + 1; burst > 0 && written < count; burst -= 1) {
      pending[stream] += `${say(written)}\n`;
      written += 1;
    }
    flush(stream, false);
  }
  flush("stdout", true);
  flush("stderr", true);
  return log;
}

/** Answers as `GET /api/runs/{id}/logs` does, from the first `visible()` fragments. */
export function serve(
  log: SampleLog,
  visible = () => log.fragments.length,
): (query: PageQuery) => Promise<WirePage> {
  return ({ after, before, tail, limit = 100 }) => {
    const there = log.fragments.slice(0, visible());
    const items =
      tail !== undefined
        ? there.slice(-tail)
        : before !== undefined
          ? there.filter((fragment) => fragment.seq < before).slice(-limit)
          : there.filter((fragment) => fragment.seq > (after ?? 0)).slice(0, limit);
    return Promise.resolve({
      items,
      last_seq: there.length,
      complete: there.length === log.fragments.length,
    });
  };
}
