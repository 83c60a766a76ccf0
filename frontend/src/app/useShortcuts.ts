import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { features } from "./features";

const WITHIN = 1200;
const TYPING = "input, textarea, select, [contenteditable='true'], [role='dialog'], [role='menu']";

/** `?` shows the keys; `g` and then a page's letter goes to it. Nothing happens while somebody types. */
export function useShortcuts(showHelp: () => void): void {
  const navigate = useNavigate();
  const goSince = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const pages = new Map(features.flatMap(({ nav }) => nav.map(({ letter, to }) => [letter, to] as const)));
    const press = (event: KeyboardEvent) => {
      const target = event.target as Element | null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest?.(TYPING)) return;
      const page = event.timeStamp - goSince.current < WITHIN ? pages.get(event.key) : undefined;
      goSince.current = event.key === "g" && page === undefined ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (page === undefined && event.key !== "?") return;
      event.preventDefault();
      if (page === undefined) showHelp();
      else void navigate(page);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, showHelp]);
}
