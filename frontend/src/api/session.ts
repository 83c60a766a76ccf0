/**
 * The browser's session: two HttpOnly cookies that scripts cannot see. What is known here is only whether the
 * refresh cookie still works, and when it was last used.
 */
const LAST_REFRESH = "dollarclub.refreshed_at";
const listeners = new Set<() => void>();
let underway: Promise<boolean> | null = null;

export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announceSignedOut(): void {
  for (const listener of [...listeners]) listener();
}

/**
 * Exchange the refresh cookie once for all requests of this tab and, where the browser has locks, of all tabs.
 * False: the session is over. Rejects when the server cannot be reached.
 */
export function refreshSession(): Promise<boolean> {
  const since = Date.now();
  underway ??= acrossTabs(() => refreshUnlessNewer(since)).finally(() => {
    underway = null;
  });
  return underway;
}

async function refreshUnlessNewer(since: number): Promise<boolean> {
  if (Number(localStorage.getItem(LAST_REFRESH) ?? 0) > since) return true;
  const response = await fetch("/api/auth/refresh", { method: "POST", credentials: "same-origin" });
  if (response.ok) {
    localStorage.setItem(LAST_REFRESH, String(Date.now()));
    return true;
  }
  if (response.status === 401 || response.status === 403) return false;
  throw new TypeError(`refresh answered ${response.status}`);
}

/** Locks exist in secure contexts only; over plain HTTP on a local network tabs refresh on their own. */
async function acrossTabs(work: () => Promise<boolean>): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined;
  return await (locks ? locks.request("dollarclub.refresh", work) : work());
}
