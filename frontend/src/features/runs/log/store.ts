import { fromWire, lineIn, unfinished } from "./fragments";
import { append, first, last, lastWhere, merge, slice, start } from "./segment";
import type { Segment } from "./segment";
import { STREAMS } from "./types";
import type { Fragment, LogLine, WireFragment } from "./types";

const COST_OF_FRAGMENT = 200;

/** Characters of log kept in memory; what is far from the screen is let go and loaded again when needed. */
export const BUDGET = 64_000_000;

const cost = (fragment: Fragment) => fragment.text.length + COST_OF_FRAGMENT;

/** A place in the log that is known even when nothing around it is loaded. */
export interface Mark {
  seq: number;
  before: number;
}

/**
 * The loaded parts of one run's log. Not React state: it is changed in place and tells its listeners at most once
 * per `schedule`, which in the browser is an animation frame.
 */
export class LogStore {
  /** The newest fragment that is known to exist. */
  lastSeq = 0;
  /** Line ends in the log as far as known. */
  ends = 0;
  complete = false;
  version = 0;
  readonly marks: Mark[] = [];
  private segments: Segment[] = [];
  private characters = 0;
  private listeners = new Set<() => void>();
  private scheduled = false;
  private readonly schedule: (callback: () => void) => void;
  private readonly budget: number;

  constructor(
    schedule: (callback: () => void) => void = (callback) => requestAnimationFrame(callback),
    budget = BUDGET,
  ) {
    this.schedule = schedule;
    this.budget = budget;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tells the listeners that something about the log on screen is new. */
  touch(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => {
      this.scheduled = false;
      this.version += 1;
      for (const listener of this.listeners) listener();
    });
  }

  /** Takes in fragments in ascending order without gaps between them; those it has already are ignored. */
  add(items: readonly WireFragment[]): void {
    let run: Fragment[] = [];
    for (const item of items) {
      if (this.has(item.seq)) {
        this.insert(run);
        run = [];
      } else run.push(fromWire(item));
    }
    this.insert(run);
    this.touch();
  }

  /** What the server says of the log as a whole. */
  know(lastSeq: number, complete: boolean): void {
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
    this.complete ||= complete;
    this.touch();
  }

  private insert(run: Fragment[]): void {
    const head = run[0];
    const end = run.at(-1);
    if (!head || !end) return;
    for (const fragment of run) this.characters += cost(fragment);
    this.lastSeq = Math.max(this.lastSeq, end.seq);
    this.ends = Math.max(this.ends, end.before + end.ends);
    this.mark(head);
    const index = lastWhere(this.segments, (segment) => first(segment).seq < head.seq);
    const left = this.segments[index];
    const right = this.segments[index + 1];
    const touchesLeft = left !== undefined && last(left).seq + 1 === head.seq;
    const touchesRight = right !== undefined && first(right).seq === end.seq + 1;
    let joined: Segment = touchesLeft ? left : start(head);
    for (const fragment of touchesLeft ? run : run.slice(1)) append(joined, fragment);
    if (touchesRight) joined = merge(joined, right);
    this.segments.splice(
      touchesLeft ? index : index + 1,
      (touchesLeft ? 1 : 0) + (touchesRight ? 1 : 0),
      joined,
    );
  }

  private mark({ seq, before }: Mark): void {
    const index = lastWhere(this.marks, (mark) => mark.seq <= seq);
    const left = this.marks[index];
    if (left && (left.seq === seq || before - left.before < 1000)) return;
    this.marks.splice(index + 1, 0, { seq, before });
  }

  private segmentAt(seq: number): Segment | undefined {
    const segment = this.segments[lastWhere(this.segments, (one) => first(one).seq <= seq)];
    return segment && last(segment).seq >= seq ? segment : undefined;
  }

  has(seq: number): boolean {
    return this.segmentAt(seq) !== undefined;
  }

  fragment(seq: number): Fragment | undefined {
    const segment = this.segmentAt(seq);
    return segment?.fragments[seq - first(segment).seq];
  }

  private holding(number: number): { segment: Segment; index: number } | undefined {
    const segment = this.segments[lastWhere(this.segments, (one) => first(one).before < number)];
    if (!segment || last(segment).before + last(segment).ends < number) return undefined;
    return { segment, index: lastWhere(segment.fragments, (fragment) => fragment.before < number) };
  }

  /** The line by its number from 1 on; undefined while it is not loaded. */
  line(number: number): LogLine | undefined {
    if (number > this.ends) return this.openLines()[number - this.ends - 1];
    const place = this.holding(number);
    const fragment = place?.segment.fragments[place.index];
    return fragment && lineIn(fragment, number);
  }

  /** The first loaded fragment of the gapless part that holds the line. */
  partStart(number: number): number | undefined {
    const place = this.holding(Math.min(number, this.ends));
    return place && first(place.segment).seq;
  }

  /** Lines at the very end that have no line end (yet), one per stream at most. */
  openLines(): LogLine[] {
    const segment = this.segments.at(-1);
    if (!segment || last(segment).seq !== this.lastSeq) return [];
    const lines: LogLine[] = [];
    for (const stream of STREAMS) {
      const open = segment.open[stream];
      if (open && open.text !== "") {
        lines.push(unfinished(stream, this.ends + lines.length + 1, open.at, open.text));
      }
    }
    return lines;
  }

  get rows(): number {
    return this.ends + this.openLines().length;
  }

  /** What is loaded nearest before and after a line that is not loaded: seqs and line ends there. */
  around(number: number): { left: Mark; right: Mark; leftLoaded: boolean; rightLoaded: boolean } {
    const at = lastWhere(this.segments, (segment) => first(segment).before < number);
    const segment = this.segments[at];
    const next = this.segments[at + 1];
    const leftEdge = segment && { seq: last(segment).seq, before: last(segment).before + last(segment).ends };
    const rightEdge = next && { seq: first(next).seq, before: first(next).before };
    const index = lastWhere(this.marks, (mark) => mark.before < number);
    const leftMark = this.marks[index] ?? { seq: 0, before: 0 };
    const rightMark = this.marks[index + 1] ?? { seq: this.lastSeq + 1, before: this.ends };
    const leftLoaded = leftEdge !== undefined && leftEdge.seq >= leftMark.seq;
    const rightLoaded = rightEdge !== undefined && rightEdge.seq <= rightMark.seq;
    return {
      left: leftLoaded ? leftEdge : { seq: Math.max(0, leftMark.seq - 1), before: leftMark.before },
      right: rightLoaded ? rightEdge : rightMark,
      leftLoaded,
      rightLoaded,
    };
  }

  /** Lets go of what is far from the lines on screen and from the end, when there is more than the budget. */
  trim(firstVisible: number): void {
    if (this.characters <= this.budget) return;
    const kept: Segment[] = [];
    const view = this.holding(Math.min(firstVisible, this.ends));
    const tail = this.segments.at(-1);
    for (const segment of this.segments) {
      const ranges: [number, number][] = [];
      if (segment === view?.segment) ranges.push(reach(segment, view.index, this.budget / 4));
      if (segment === tail) ranges.push(reach(segment, segment.fragments.length - 1, this.budget / 4));
      kept.push(...united(ranges).map(([from, to]) => slice(segment, from, to)));
    }
    this.segments = kept;
    this.characters = 0;
    for (const segment of kept) for (const fragment of segment.fragments) this.characters += cost(fragment);
    this.touch();
  }
}

/** The range of fragments around `index` that together stay within `budget` on each side. */
function reach(segment: Segment, index: number, budget: number): [number, number] {
  const walk = (step: number) => {
    let at = index;
    for (let left = budget; left > 0; at += step) {
      const next = segment.fragments[at + step];
      if (!next) break;
      left -= cost(next);
    }
    return at;
  };
  return [walk(-1), walk(1) + 1];
}

function united(ranges: [number, number][]): [number, number][] {
  const [one, two] = ranges;
  if (!one || !two || one[1] < two[0]) return ranges;
  return [[Math.min(one[0], two[0]), Math.max(one[1], two[1])]];
}
