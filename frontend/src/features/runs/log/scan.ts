import { joined, openAfter } from "./fragments";
import type { LogLoader } from "./loader";
import { NumberList } from "./numbers";
import { levelOf, plain, searchPattern } from "./text";
import type { Fragment, Level, LogLine, Stream } from "./types";

/** What to show and what to look for; null shows everything. */
export interface LogQuery {
  streams: readonly Stream[] | null;
  levels: readonly Level[] | null;
  text: string;
  matchCase: boolean;
}

const SLICE_MS = 8;
const NOT_PLAIN = /[\x00-\x08\x0b-\x1f\x7f]/;

const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/**
 * Reads a log once from its beginning to its end, and on as it grows, to know which lines pass the filters and which
 * of these hold the text. Works in slices so that the page stays responsive.
 */
export class LogScan {
  /** Line numbers that pass the filters; null when there is no filter. */
  readonly rows: NumberList | null;
  /** Line numbers that pass the filters and hold the text. */
  readonly hits = new NumberList();
  readonly pattern: RegExp | null;
  /** The whole log as far as it exists has been read. */
  upToDate = false;
  failure: unknown = null;
  readonly query: LogQuery;
  private readonly loader: LogLoader;
  private read = 0;
  private generation = 0;
  private open: Partial<Record<Stream, string>> = {};
  private wake: (() => void) | null = null;

  constructor(loader: LogLoader, query: LogQuery) {
    this.loader = loader;
    this.query = query;
    this.rows = query.streams || query.levels ? new NumberList() : null;
    this.pattern = query.text === "" ? null : searchPattern(query.text, query.matchCase);
  }

  /** Read share of the log, 0 to 1. */
  get progress(): number {
    return this.loader.store.lastSeq === 0 ? 1 : this.read / this.loader.store.lastSeq;
  }

  /** Reads on from where it stopped; returns how to stop. */
  start = (): (() => void) => {
    const { store } = this.loader;
    const unsubscribe = store.subscribe(() => {
      if (this.read < store.lastSeq) this.wake?.();
    });
    this.failure = null;
    this.generation += 1;
    void this.run(this.generation);
    return () => {
      this.generation += 1;
      unsubscribe();
      this.wake?.();
    };
  };

  private async run(generation: number): Promise<void> {
    const { store } = this.loader;
    let sliceEnd = performance.now() + SLICE_MS;
    try {
      while (generation === this.generation) {
        const fragment = store.fragment(this.read + 1);
        if (fragment) {
          this.take(fragment);
          this.read += 1;
          if (performance.now() < sliceEnd) continue;
          await pause();
        } else if (this.read < store.lastSeq) {
          await this.loader.page({ after: this.read });
          continue;
        } else {
          this.upToDate = true;
          store.touch();
          await new Promise<void>((resolve) => (this.wake = resolve));
          this.upToDate = false;
        }
        store.touch();
        sliceEnd = performance.now() + SLICE_MS;
      }
    } catch (failure) {
      if (generation === this.generation) this.failure = failure;
      store.touch();
    }
  }

  private take(fragment: Fragment): void {
    const { streams, levels } = this.query;
    if (streams && !streams.includes(fragment.stream)) return;
    const carry = this.open[fragment.stream] ?? "";
    this.open[fragment.stream] = fragment.ends > 0 ? openAfter(fragment) : joined(carry, fragment.text);
    if (fragment.ends === 0) return;
    const text = carry + fragment.text;
    if (levels || (this.pattern && NOT_PLAIN.test(text))) this.takeLines(fragment, text);
    else {
      this.rows?.pushRange(fragment.before + 1, fragment.before + fragment.ends);
      if (this.pattern) this.takeHits(fragment, text, this.pattern);
    }
  }

  private takeLines(fragment: Fragment, text: string): void {
    let number = fragment.before;
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      number += 1;
      const line = plain(text.slice(start, end));
      if (this.passes(line, fragment.stream)) {
        this.rows?.push(number);
        if (this.holds(line)) this.hits.push(number);
      }
      start = end + 1;
    }
  }

  private takeHits(fragment: Fragment, text: string, pattern: RegExp): void {
    let number = fragment.before + 1;
    let counted = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      for (
        let end = text.indexOf("\n", counted);
        end !== -1 && end < match.index;
        end = text.indexOf("\n", counted)
      ) {
        number += 1;
        counted = end + 1;
      }
      const end = text.indexOf("\n", match.index);
      if (end === -1) return;
      this.hits.push(number);
      pattern.lastIndex = end;
    }
  }

  private passes(line: string, stream: Stream): boolean {
    const { streams, levels } = this.query;
    return (!streams || streams.includes(stream)) && (!levels || levels.includes(levelOf(line, stream)));
  }

  private holds(line: string): boolean {
    if (!this.pattern) return false;
    this.pattern.lastIndex = 0;
    return this.pattern.test(line);
  }

  /** Unfinished lines at the end of the log that pass the filters. */
  openLines(): LogLine[] {
    return this.loader.store.openLines().filter((line) => this.passes(plain(line.raw), line.stream));
  }
}
