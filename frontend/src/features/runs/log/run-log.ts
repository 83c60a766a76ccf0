import { api } from "@/api/client";
import { live } from "@/api/live-hooks";
import { ApiProblem } from "@/api/problem";
import { LogLoader } from "./loader";
import type { PageQuery } from "./loader";
import { LogStore } from "./store";

/** One run's log on screen: its end is read first, then what arrives is pushed. */
export class RunLog {
  readonly store = new LogStore();
  readonly loader: LogLoader;
  /** Why the log cannot be read; null while it can. */
  failure: unknown = null;
  opened = false;
  private readonly runId: string;
  private closeLive: (() => void) | null = null;
  private generation = 0;

  constructor(runId: string) {
    this.runId = runId;
    this.loader = new LogLoader(this.store, (query) => this.fetchPage(query));
  }

  private async fetchPage(query: PageQuery) {
    const { data } = await api.GET("/api/runs/{run_id}/logs", {
      params: { path: { run_id: this.runId }, query },
    });
    if (!data) throw ApiProblem.unreachable();
    return data;
  }

  /** Starts reading; returns how to end it. */
  open = (): (() => void) => {
    void this.read();
    return () => {
      this.generation += 1;
      this.closeLive?.();
      this.closeLive = null;
    };
  };

  private async read(): Promise<void> {
    const generation = (this.generation += 1);
    this.failure = null;
    try {
      await this.loader.tail();
      if (generation === this.generation) {
        this.opened = true;
        if (!this.store.complete) this.follow();
      }
    } catch (failure) {
      if (generation === this.generation) this.failure = failure;
    } finally {
      this.store.touch();
    }
  }

  private follow(): void {
    this.closeLive = live.subscribe({ topic: "log", run_id: this.runId }, this.store.lastSeq, (frame) => {
      if (frame.op === "log") {
        this.store.add(frame.items);
        this.store.know(frame.cursor, frame.complete);
      } else if (frame.op === "error") {
        this.failure = new ApiProblem(0, { ...frame, title: "The live log stopped" });
        this.store.touch();
      }
    });
  }
}
