import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { $api } from "./client";
import type { SubscriberFrame } from "./live-protocol";
import { ACTIVE_STATES, isActive, type Page, type Run, type Script } from "./types";

export const MONITOR_KEY: QueryKey = $api.queryOptions("get", "/api/monitor").queryKey;

const PUSHED = ["/api/runs", "/api/scripts", "/api/secrets", "/api/packages", "/api/monitor"];
const SETTLE = 250;

/** Bring the cache in step with one frame of the `account` topic. */
export function applyAccountFrame(client: QueryClient, frame: SubscriberFrame): void {
  if (frame.op === "subscribed" || frame.op === "reset") {
    void client.invalidateQueries({
      predicate: ({ queryKey }) => PUSHED.some((path) => pathOf(queryKey).startsWith(path)),
    });
  }
  if (frame.op !== "event") return;
  switch (frame.name) {
    case "run.changed":
      return applyRun(client, frame.data.run);
    case "script.changed":
    case "script.deleted": {
      const id = frame.data.script_id;
      return refetchSoon(
        client,
        ({ queryKey }) => pathOf(queryKey) === "/api/scripts" || names(queryKey, "script_id", id),
      );
    }
    case "secrets.changed":
      return refetchSoon(client, ({ queryKey }) => pathOf(queryKey) === "/api/secrets");
    case "packages.changed":
      return refetchSoon(client, ({ queryKey }) => pathOf(queryKey) === "/api/packages");
    case "credentials.changed":
      return refetchSoon(client, ({ queryKey }) => pathOf(queryKey).startsWith("/api/auth/"));
  }
}

/** Put a run's news into every cached answer that shows it; also for the answer of a run's own mutations. */
export function applyRun(client: QueryClient, run: Run): void {
  for (const query of client.getQueryCache().getAll()) {
    const path = pathOf(query.queryKey);
    if (path === "/api/runs/{run_id}" && names(query.queryKey, "run_id", run.id))
      patch<Run>(client, query, (known) => laterOf(known, run));
    else if (path === "/api/runs") patchRuns(client, query, run);
    else if (path === "/api/scripts/{script_id}/runs" && names(query.queryKey, "script_id", run.script_id))
      patchRuns(client, query, run);
    else if (path === "/api/scripts")
      patch<Page<Script>>(client, query, (page) => ({
        ...page,
        items: page.items.map((script) => withRun(script, run)),
      }));
    else if (path === "/api/scripts/{script_id}" && names(query.queryKey, "script_id", run.script_id))
      patch<Script>(client, query, (script) => withRun(script, run));
  }
}

function patchRuns(client: QueryClient, query: Query, run: Run): void {
  const page = query.state.data as Page<Run> | undefined;
  const wanted = filterOf(query.queryKey);
  const matches =
    (wanted.status.length === 0 || wanted.status.includes(run.status)) &&
    (wanted.script_id === undefined || wanted.script_id === run.script_id);
  const shown = page?.items.some(({ id }) => id === run.id) ?? false;
  if (shown)
    patch<Page<Run>>(client, query, (old) => ({
      ...old,
      items: old.items.map((it) => (it.id === run.id ? laterOf(it, run) : it)),
    }));
  const newest = page?.items[0]?.queued_at ?? "";
  const isNews = shown ? !matches : matches && (wanted.status.length > 0 || run.queued_at >= newest);
  if (isNews) refetchSoon(client, ({ queryHash }) => queryHash === query.queryHash);
}

/** The script with `run` as its latest, unless a later one is known. */
export function withRun(script: Script, run: Run): Script {
  if (script.id !== run.script_id) return script;
  const known = script.latest_run;
  if (known && known.id !== run.id && known.queued_at > run.queued_at) return script;
  const latest = known?.id === run.id ? laterOf(known, run) : run;
  return { ...script, latest_run: latest, status: latest.status };
}

/** A request's answer may arrive after the push of what happened next: a run never goes back in its life. */
function laterOf(known: Run, run: Run): Run {
  const age = ({ status }: Run) => (isActive(status) ? ACTIVE_STATES.indexOf(status) : ACTIVE_STATES.length);
  return age(known) > age(run) ? known : run;
}

/** An answer on its way may be older than the event: it is asked for again. */
function patch<Data>(client: QueryClient, query: Query, change: (data: Data) => Data): void {
  if (query.state.fetchStatus === "fetching")
    refetchSoon(client, ({ queryHash }) => queryHash === query.queryHash);
  if (query.state.data !== undefined) client.setQueryData(query.queryKey, change(query.state.data as Data));
}

const due = new WeakMap<QueryClient, Set<(query: Query) => boolean>>();

/** A burst of events costs one refetch. */
function refetchSoon(client: QueryClient, which: (query: Query) => boolean): void {
  const waiting = due.get(client);
  if (waiting) {
    waiting.add(which);
    return;
  }
  const filters = new Set([which]);
  due.set(client, filters);
  setTimeout(() => {
    due.delete(client);
    void client.invalidateQueries({ predicate: (query) => [...filters].some((filter) => filter(query)) });
  }, SETTLE);
}

function pathOf(key: QueryKey): string {
  return typeof key[1] === "string" ? key[1] : "";
}

interface Init {
  params?: { path?: Record<string, string>; query?: { status?: string | string[]; script_id?: string } };
}

function names(key: QueryKey, parameter: string, id: string): boolean {
  return (key[2] as Init | undefined)?.params?.path?.[parameter] === id;
}

function filterOf(key: QueryKey): { status: string[]; script_id?: string } {
  const query = (key[2] as Init | undefined)?.params?.query ?? {};
  return { status: [query.status ?? []].flat(), script_id: query.script_id };
}
