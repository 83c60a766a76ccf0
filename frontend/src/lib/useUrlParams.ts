import { useCallback } from "react";
import { useLocation, useSearchParams } from "react-router";

export type ChangeParams = (
  change: (params: URLSearchParams) => void,
  options?: { replace?: boolean },
) => void;

let underway: { from: string; params: URLSearchParams } | null = null;

/**
 * The query string and how to change it. A navigation is not done at once: a change that follows another before that
 * one is shown builds on it, so neither is lost.
 */
export function useUrlParams(): [params: URLSearchParams, change: ChangeParams] {
  const { key } = useLocation();
  const [params, setParams] = useSearchParams();
  const change = useCallback<ChangeParams>(
    (apply, options) => {
      const next = new URLSearchParams(underway?.from === key ? underway.params : params);
      apply(next);
      underway = { from: key, params: next };
      setParams(next, options);
    },
    [key, params, setParams],
  );
  return [params, change];
}
