import { useCallback, useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { LogLoader } from "./loader";
import { LogScan } from "./scan";
import { LEVELS, STREAMS } from "./types";
import type { Level, Stream } from "./types";

/** What the log shows and looks for, kept in the URL. Empty lists mean everything. */
export interface LogFilters {
  text: string;
  matchCase: boolean;
  streams: Stream[];
  levels: Level[];
}

export type ChangeFilters = (changes: Partial<LogFilters>) => void;

export function useLogFilters(): [LogFilters, ChangeFilters] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<LogFilters>(
    () => ({
      text: params.get("find") ?? "",
      matchCase: params.get("case") === "1",
      streams: STREAMS.filter((stream) => params.getAll("stream").includes(stream)),
      levels: LEVELS.filter((level) => params.getAll("level").includes(level)),
    }),
    [params],
  );
  const change = useCallback<ChangeFilters>(
    (changes) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          const put = (name: string, values: string[]) => {
            next.delete(name);
            for (const value of values) next.append(name, value);
          };
          if (changes.text !== undefined) put("find", changes.text === "" ? [] : [changes.text]);
          if (changes.matchCase !== undefined) put("case", changes.matchCase ? ["1"] : []);
          if (changes.streams)
            put("stream", changes.streams.length === STREAMS.length ? [] : changes.streams);
          if (changes.levels) put("level", changes.levels.length === LEVELS.length ? [] : changes.levels);
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  return [filters, change];
}

/** Reads the log for the filters and, by itself, for the searched text; null where nothing is asked for. */
export function useScans(loader: LogLoader, filters: LogFilters) {
  const { text, matchCase } = filters;
  const streams = filters.streams.join();
  const levels = filters.levels.join();
  const [attempt, setAttempt] = useState(0);
  const filter = useScan(loader, "", false, streams, levels, attempt);
  const search = useScan(loader, text, matchCase, streams, levels, attempt);
  return { filter, search: text === "" ? null : search, retry: () => setAttempt((count) => count + 1) };
}

function useScan(
  loader: LogLoader,
  text: string,
  matchCase: boolean,
  streams: string,
  levels: string,
  attempt: number,
): LogScan | null {
  const scan = useMemo(() => {
    if (text === "" && streams === "" && levels === "") return null;
    return new LogScan(loader, {
      text,
      matchCase,
      streams: streams === "" ? null : STREAMS.filter((stream) => streams.split(",").includes(stream)),
      levels: levels === "" ? null : LEVELS.filter((level) => levels.split(",").includes(level)),
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another attempt begins anew
  }, [loader, text, matchCase, streams, levels, attempt]);
  useEffect(() => scan?.start(), [scan]);
  return scan;
}
