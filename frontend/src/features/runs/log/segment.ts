import { joined, openAfter } from "./fragments";
import { STREAMS } from "./types";
import type { Fragment, Stream } from "./types";

/** A stream's unfinished line at the end of a segment. */
export interface Open {
  text: string;
  clipped: boolean;
  at: string;
}

/** Loaded fragments without a gap between them. */
export interface Segment {
  fragments: [Fragment, ...Fragment[]];
  /** Absent for a stream that wrote nothing in the segment. */
  open: Partial<Record<Stream, Open>>;
}

export const first = (segment: Segment): Fragment => segment.fragments[0];
export const last = (segment: Segment): Fragment => segment.fragments.at(-1) ?? segment.fragments[0];

function after(fragment: Fragment): Open {
  return {
    text: openAfter(fragment),
    clipped: fragment.clipped && fragment.ends === 0,
    at: fragment.at,
  };
}

/** Adds a fragment that follows directly on the segment's last one. */
export function append(segment: Segment, fragment: Fragment): void {
  const open = segment.open[fragment.stream];
  fragment.carry = open?.text ?? "";
  fragment.clipped = open ? open.clipped : segment.fragments[0].seq > 1;
  segment.fragments.push(fragment);
  segment.open[fragment.stream] = after(fragment);
}

/** Starts a segment with a fragment that follows on nothing loaded. */
export function start(fragment: Fragment): Segment {
  fragment.carry = "";
  fragment.clipped = fragment.seq > 1;
  return { fragments: [fragment], open: { [fragment.stream]: after(fragment) } };
}

function continueStream(segment: Segment, stream: Stream, from: Open): void {
  let open = from;
  for (const fragment of segment.fragments) {
    if (fragment.stream !== stream) continue;
    fragment.carry = open.text;
    fragment.clipped = open.clipped;
    if (fragment.ends > 0) return;
    open = { ...after(fragment), text: joined(open.text, fragment.text) };
  }
  segment.open[stream] = open;
}

/** Two segments that touch become one: lines that reach over the border are put together. */
export function merge(left: Segment, right: Segment): Segment {
  for (const stream of STREAMS) {
    const open =
      left.open[stream] ?? (first(left).seq === 1 ? { text: "", clipped: false, at: "" } : undefined);
    if (open) continueStream(right, stream, open);
  }
  return { fragments: [...left.fragments, ...right.fragments], open: { ...left.open, ...right.open } };
}

/** The fragments from index `from` up to, not including, `to` as a segment of their own. */
export function slice(segment: Segment, from: number, to: number): Segment {
  const [head, ...rest] = segment.fragments.slice(from, to);
  if (!head) throw new RangeError(`No fragments from ${from} to ${to}.`);
  const fragments: Segment["fragments"] = [head, ...rest];
  if (to === segment.fragments.length) return { fragments, open: segment.open };
  const open: Segment["open"] = {};
  for (const stream of STREAMS) {
    const newest = fragments.findLast((fragment) => fragment.stream === stream);
    if (newest) open[stream] = after(newest);
  }
  return { fragments, open };
}

/** Index of the last element for which `holds`; -1 when there is none. The elements that hold come first. */
export function lastWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
