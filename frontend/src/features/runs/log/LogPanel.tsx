import { Loader, Paper, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { ErrorState } from "@/ui/ErrorState";
import { copyLines } from "./copy-lines";
import classes from "./Log.module.css";
import { LogLines } from "./LogLines";
import { LogSearch } from "./LogSearch";
import { LogToolbar } from "./LogToolbar";
import { rowsOf } from "./rows";
import { RunLog } from "./run-log";
import { useLogFilters, useScans } from "./useLogQuery";
import { useSearch } from "./useSearch";

interface LogPanelProps {
  runId: string;
  name: string;
  className?: string;
}

/** A run's whole log, live while it runs. Give it the run's id as `key`. */
export function LogPanel({ runId, name, className = "" }: LogPanelProps) {
  const [log] = useState(() => new RunLog(runId));
  const { store, loader } = log;
  useEffect(() => log.open(), [log]);
  useSyncExternalStore(store.subscribe, () => store.version);

  const [filters, setFilters] = useLogFilters();
  const { filter, search: searchScan, retry } = useScans(loader, filters);
  const rows = rowsOf(store, filter);
  const [wrap, setWrap] = useLocalStorage({ key: "dc-log-wrap", defaultValue: false });
  const [showTime, setShowTime] = useLocalStorage({ key: "dc-log-time", defaultValue: false });
  const [paused, setPaused] = useState<number | null>(null);
  const [jump, setJump] = useState<{ number: number } | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const firstShown = useRef(1);
  const search = useSearch(searchScan, () => firstShown.current);
  const follow = paused === null;
  const setFollow = (on: boolean) => setPaused((since) => (on ? null : (since ?? rows.count)));

  const leaving =
    (step: typeof search.step): typeof search.step =>
    (direction) => {
      setFollow(false);
      setJump(null);
      step(direction);
    };
  const steps = { step: leaving(search.step), stepSoon: leaving(search.stepSoon) };
  const toggleWrap = () => {
    setWrap(!wrap);
    if (!follow) setJump({ number: firstShown.current });
  };
  const jumpTo = (end: "start" | "end") => {
    setFollow(end === "end");
    setJump(end === "start" ? { number: rows.numberAt(0) ?? 1 } : null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    field.current?.select();
  };

  const failure = log.failure ?? filter?.failure ?? searchScan?.failure ?? loader.failure;
  const again = () => {
    if (log.failure) log.open();
    retry();
  };
  return (
    <Paper
      className={`${classes.panel} ${className}`}
      component="section"
      aria-label="Log"
      onKeyDown={onKeyDown}
    >
      <LogToolbar
        search={
          <LogSearch field={field} filters={filters} onChange={setFilters} search={{ ...search, ...steps }} />
        }
        filters={filters}
        onFilters={setFilters}
        wrap={wrap}
        onWrap={toggleWrap}
        showTime={showTime}
        onShowTime={() => setShowTime(!showTime)}
        onJump={jumpTo}
        onCopy={() => void copyLines(() => rowsOf(store, filter), loader)}
        downloadUrl={`/api/runs/${runId}/logs.txt`}
      />
      {failure !== null && <ErrorState error={failure} onRetry={again} />}
      <div className={classes.body}>
        <LogLines
          key={[wrap, ...filters.streams, ...filters.levels].join()}
          loader={loader}
          rows={rows}
          label={`Log of ${name}`}
          wrap={wrap}
          showTime={showTime}
          pattern={searchScan?.pattern ?? null}
          target={jump ?? search.target}
          follow={follow}
          onFollow={setFollow}
          onFirstShown={(number) => (firstShown.current = number)}
          news={Math.max(0, rows.count - (paused ?? rows.count))}
          live={!store.complete}
        />
        {rows.count === 0 && failure === null && (
          <Text className={classes.note} size="sm" component="div">
            {emptiness(log, filter !== null && !filter.upToDate, filter !== null)}
          </Text>
        )}
      </div>
    </Paper>
  );
}

function emptiness(log: RunLog, reading: boolean, filtered: boolean): ReactNode {
  if (!log.opened || reading) return <Loader type="dots" role="status" aria-label="Reading the log" />;
  if (filtered && log.store.rows > 0) return "No line passes the filters.";
  return log.store.complete
    ? "The script printed nothing."
    : "Nothing printed yet. Lines appear here as they are written.";
}
