import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { $api } from "./client";
import { LiveConnection } from "./live";
import { applyAccountFrame, MONITOR_KEY } from "./live-cache";
import type { LiveState } from "./live-protocol";
import { announceSignedOut, refreshSession } from "./session";

/** This tab's connection. Pages subscribe to `log`; `account` and `monitor` are held by the hooks below. */
export const live = new LiveConnection({
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`,
  refresh: refreshSession,
  onSignedOut: announceSignedOut,
});

globalThis.addEventListener("online", () => live.reconnectNow());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") live.reconnectNow();
});

export function useLiveState(): LiveState {
  return useSyncExternalStore(live.watch, () => live.state);
}

/** Keep the query cache in step with the account's events; the signed-in shell holds it once. */
export function useLiveAccount(): void {
  const client = useQueryClient();
  useEffect(
    () => live.subscribe({ topic: "account" }, null, (frame) => applyAccountFrame(client, frame)),
    [client],
  );
}

/** The machinery's state, fetched once and then pushed while the caller is shown. */
export function useLiveMonitor() {
  const client = useQueryClient();
  useEffect(
    () =>
      live.subscribe({ topic: "monitor" }, null, (frame) => {
        if (frame.op === "monitor") client.setQueryData(MONITOR_KEY, frame.data);
      }),
    [client],
  );
  return $api.useQuery("get", "/api/monitor");
}
