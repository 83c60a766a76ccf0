import { lastState } from "./text";
import type { Fragment, LogLine, Stream, WireFragment } from "./types";

const KEPT_OPEN = 64 * 1024;

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

export function fromWire(item: WireFragment): Fragment {
  const text = item.ends_line && !item.text.endsWith("\n") ? `${item.text}\n` : item.text;
  return {
    seq: item.seq,
    stream: item.stream,
    at: item.at,
    text,
    before: item.lines_before,
    ends: lineEnds(text),
    carry: "",
    clipped: false,
    starts: null,
  };
}

/** What the fragment's stream has written since its last line end, once the fragment is over. */
export function openAfter(fragment: Fragment): string {
  if (fragment.ends > 0) return fragment.text.slice(fragment.text.lastIndexOf("\n") + 1);
  return joined(fragment.carry, fragment.text);
}

/** An unfinished line with its next piece; the overwritten states of a progress bar are let go. */
export function joined(carry: string, piece: string): string {
  const text = carry + piece;
  if (text.length <= KEPT_OPEN || !piece.includes("\r")) return text;
  return lastState(text) + (text.endsWith("\r") ? "\r" : "");
}

function startsOf(fragment: Fragment): Uint32Array {
  if (fragment.starts) return fragment.starts;
  const starts = new Uint32Array(fragment.ends + 1);
  let index = 1;
  for (let at = fragment.text.indexOf("\n"); at !== -1; at = fragment.text.indexOf("\n", at + 1)) {
    starts[index] = at + 1;
    index += 1;
  }
  fragment.starts = starts;
  return starts;
}

/** The line whose end is line end `number` of the log; the fragment must hold that end. */
export function lineIn(fragment: Fragment, number: number): LogLine {
  const nth = number - fragment.before - 1;
  const starts = startsOf(fragment);
  const text = fragment.text.slice(starts[nth], (starts[nth + 1] ?? fragment.text.length) - 1);
  return {
    number,
    stream: fragment.stream,
    at: fragment.at,
    raw: nth === 0 ? fragment.carry + text : text,
    clipped: nth === 0 && fragment.clipped,
  };
}

export function unfinished(stream: Stream, number: number, at: string, raw: string): LogLine {
  return { number, stream, at, raw, clipped: false };
}
