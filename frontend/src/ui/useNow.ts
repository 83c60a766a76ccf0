import { useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = new Date();
  for (const watcher of [...watchers]) watcher();
}

function ignore(): () => void {
  return () => undefined;
}

/** The time, one second fresh while `ticking`; one timer serves the whole tab. */
export function useNow(ticking = true): Date {
  return useSyncExternalStore(ticking ? watch : ignore, () => now);
}
