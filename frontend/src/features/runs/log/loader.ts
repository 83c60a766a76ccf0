import type { LogStore } from "./store";
import type { WirePage } from "./types";

export interface PageQuery {
  after?: number;
  before?: number;
  tail?: number;
  limit?: number;
}

export type FetchPage = (query: PageQuery) => Promise<WirePage>;

const PAGE_CHARACTERS = 1_000_000;
const MOST_FRAGMENTS = 500;
const FIRST_PAGE = 16;
const FIRST_LINES = 500;
const TRIES = 12;

/** Brings the parts of a log that are looked at into its store: the end first, the rest when scrolled to. */
export class LogLoader {
  /** Why the last load failed; a further wish tries again. */
  failure: unknown = null;
  loading = false;
  private wish: readonly number[] = [];
  private limit = FIRST_PAGE;
  readonly store: LogStore;
  private readonly fetchPage: FetchPage;

  constructor(store: LogStore, fetchPage: FetchPage) {
    this.store = store;
    this.fetchPage = fetchPage;
  }

  /** One page into the store. Pages are sized by the fragments seen so far, to about a megabyte. */
  async page(query: PageQuery): Promise<WirePage> {
    const page = await this.fetchPage(query.tail ? query : { limit: this.limit, ...query });
    if (page.items.length > 0) {
      const characters = page.items.reduce((sum, item) => sum + item.text.length, 0);
      const fitting = Math.floor(PAGE_CHARACTERS / Math.max(1, characters / page.items.length));
      this.limit = Math.min(MOST_FRAGMENTS, Math.max(4, fitting));
    }
    this.store.add(page.items);
    this.store.know(page.last_seq, page.complete);
    return page;
  }

  /** The end of the log, enough of it to fill a screen. Throws what the request throws. */
  async tail(): Promise<void> {
    const page = await this.page({ tail: FIRST_PAGE });
    let earliest = page.items[0];
    while (earliest && earliest.seq > 1 && this.store.ends - earliest.lines_before < FIRST_LINES) {
      earliest = (await this.page({ before: earliest.seq })).items[0];
    }
  }

  /** Says which lines are on screen; those not loaded are fetched, the newest wish first. */
  want(lines: readonly number[]): void {
    this.wish = lines;
    if (!this.loading) void this.fulfil();
  }

  private missing(): number | undefined {
    return this.wish.find((number) => this.store.line(number)?.clipped ?? number <= this.store.ends);
  }

  private async fulfil(): Promise<void> {
    this.loading = true;
    this.failure = null;
    try {
      for (let number = this.missing(); number !== undefined; number = this.missing()) {
        await this.load(number);
      }
    } catch (failure) {
      this.failure = failure;
    } finally {
      this.loading = false;
      this.store.touch();
    }
  }

  /** Loads the line, by interpolation between the places that are known when it is far from all of them. */
  async load(number: number): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const line = this.store.line(number);
      if (line && !line.clipped) return;
      if (line) {
        const start = this.store.partStart(number);
        if (start === undefined || start <= 1) return;
        await this.page({ before: start });
      } else await this.page(this.nearer(number));
    }
    throw new Error(`Line ${number} of the log could not be found.`);
  }

  private nearer(number: number): PageQuery {
    const { left, right, leftLoaded, rightLoaded } = this.store.around(number);
    const gap = right.seq - left.seq - 1;
    if (gap <= this.limit) return { after: left.seq };
    const perFragment = Math.max(1, right.before - left.before) / gap;
    const linesOfPage = perFragment * this.limit;
    if (leftLoaded && number - left.before <= linesOfPage) return { after: left.seq };
    if (rightLoaded && right.before - number < linesOfPage) return { before: right.seq };
    const guess = Math.floor(left.seq + (number - left.before) / perFragment - this.limit / 2);
    return { after: Math.min(Math.max(left.seq, guess), right.seq - 2) };
  }
}
