import { useMemo, useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
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
  for (const watcher of [...watchers]) watcher();
}

function ignore(): () => void {
  return () => undefined;
}

function currentSecond(): number {
  return Math.floor(Date.now() / 1000);
}

/** The time in whole seconds, fresh while `ticking`; one timer serves the whole tab. */
export function useNow(ticking = true): Date {
  const second = useSyncExternalStore(ticking ? watch : ignore, currentSecond);
  return useMemo(() => new Date(second * 1000), [second]);
}
