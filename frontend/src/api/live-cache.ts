import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { filterOf, lets, names, patch, patchPage, pathOf, refetchSoon } from "./cache-patch";
import { $api } from "./client";
import type { SubscriberFrame } from "./live-protocol";
import { applyTradingEvent, TRADING_PATHS } from "./live-trading";
import { ACTIVE_STATES, isActive, type Page, type Run, type Script } from "./types";

export const MONITOR_KEY: QueryKey = $api.queryOptions("get", "/api/monitor").queryKey;

const PUSHED = [
  "/api/runs",
  "/api/scripts",
  "/api/secrets",
  "/api/packages",
  "/api/monitor",
  ...TRADING_PATHS,
];

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
    default:
      return applyTradingEvent(client, frame);
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
  const { queryKey } = query;
  const ofStates = filterOf(queryKey, "status").length > 0;
  const fits = lets(queryKey, { script_id: run.script_id });
  const matches = fits && lets(queryKey, { status: run.status });
  patchPage(client, query, {
    item: run,
    matches,
    left: fits && !matches,
    isNews: (newest) => ofStates || run.queued_at >= (newest?.queued_at ?? ""),
    laterOf,
  });
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
