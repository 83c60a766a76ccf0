import { useEffect, useMemo, useState } from "react";
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

/** The filters begin as the URL says and are written back to it. */
export function useLogFilters(): [LogFilters, ChangeFilters] {
  const [params, setParams] = useSearchParams();
  const [filters, setFilters] = useState<LogFilters>(() => ({
    text: params.get("find") ?? "",
    matchCase: params.get("case") === "1",
    streams: STREAMS.filter((stream) => params.getAll("stream").includes(stream)),
    levels: LEVELS.filter((level) => params.getAll("level").includes(level)),
  }));
  const change: ChangeFilters = (changes) => {
    const next = { ...filters, ...changes };
    if (next.streams.length === STREAMS.length) next.streams = [];
    if (next.levels.length === LEVELS.length) next.levels = [];
    setFilters(next);
    setParams((before) => written(next, before), { replace: true, preventScrollReset: true });
  };
  return [filters, change];
}

function written(filters: LogFilters, before: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(before);
  const put = (name: string, values: string[]) => {
    next.delete(name);
    for (const value of values) next.append(name, value);
  };
  put("find", filters.text === "" ? [] : [filters.text]);
  put("case", filters.matchCase ? ["1"] : []);
  put("stream", filters.streams);
  put("level", filters.levels);
  return next;
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
