import { useCallback, useEffect, useRef } from "react";
import { useBlocker } from "react-router";
import { askToConfirm } from "@/ui/confirm";

/** Asks before a page with unsaved changes is left. `leave` lets one navigation pass, after a deletion for example. */
export function useUnsavedGuard(dirty: boolean, name: string): { leave: () => void } {
  const free = useRef(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirty && !free.current && currentLocation.pathname !== nextLocation.pathname,
  );
  const asked = useRef(false);
  useEffect(() => {
    if (blocker.state !== "blocked" || asked.current) return;
    asked.current = true;
    askToConfirm({
      title: `Leave ${name} without saving?`,
      confirm: "Leave and lose the changes",
      children: "What you changed since the last save is lost.",
      onConfirm: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
  }, [blocker, name]);
  useEffect(() => {
    if (blocker.state === "unblocked") asked.current = false;
  }, [blocker.state]);

  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener("beforeunload", ask);
    return () => globalThis.removeEventListener("beforeunload", ask);
  }, [dirty]);

  const leave = useCallback(() => {
    free.current = true;
  }, []);
  return { leave };
}
