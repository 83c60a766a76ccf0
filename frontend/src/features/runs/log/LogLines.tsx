import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { CSSProperties, KeyboardEvent, PointerEvent, WheelEvent } from "react";
import { plural } from "@/lib/format";
import type { LogLoader } from "./loader";
import classes from "./Log.module.css";
import { LogRow } from "./LogRow";
import type { Rows } from "./rows";
import { BLOCK, ROW_HEIGHT, useLogWindow } from "./useLogWindow";

const AT_END = 4;
const UPWARD = ["ArrowUp", "PageUp", "Home"];

interface LogLinesProps {
  loader: LogLoader;
  rows: Rows;
  label: string;
  wrap: boolean;
  showTime: boolean;
  pattern: RegExp | null;
  /** The line that a search or a jump brought up. A new object brings it on screen again. */
  target: { number: number } | null;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onFirstShown: (number: number) => void;
  /** Rows that arrived since following was paused. */
  news: number;
  live: boolean;
}

/** The scrolling part of the log. Heights are remembered: give it another `key` when rows or wrapping change. */
export function LogLines(props: LogLinesProps) {
  const { loader, rows, label, wrap, showTime, pattern, target, follow, onFollow, onFirstShown, news, live } =
    props;
  const scroller = useRef<HTMLDivElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const { virtualizer, base, size, height, goTo, scrolled } = useLogWindow(
    scroller,
    rows.count,
    follow,
    wrap,
  );
  const blocks = virtualizer.getVirtualItems();
  const first = base + (blocks[0]?.index ?? 0) * BLOCK;
  const last = Math.min(base + size, base + ((blocks.at(-1)?.index ?? -1) + 1) * BLOCK);

  useEffect(() => {
    const missing: number[] = [];
    for (let row = first; row < last; row += 1) {
      const number = rows.numberAt(row);
      if (number !== undefined && (rows.lineAt(row)?.clipped ?? true)) missing.push(number);
    }
    if (missing.length > 0) loader.want(missing);
    const shown = Math.floor((scroller.current?.scrollTop ?? 0) / ROW_HEIGHT);
    onFirstShown(rows.numberAt(wrap ? first : base + shown) ?? 1);
    loader.store.trim(rows.numberAt(first) ?? 1);
  });
  useLayoutEffect(() => keepWidth(sizer.current, wrap));
  useTarget(scroller, target, rows, goTo);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    scrolled();
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (!follow && below < AT_END && base + size === rows.count) onFollow(true);
  };
  const pause = () => {
    const element = scroller.current;
    if (follow && element && element.scrollHeight > element.clientHeight) onFollow(false);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.nativeEvent.offsetX >= event.currentTarget.clientWidth) pause();
  };

  return (
    <div className={classes.frame} style={digits(rows)}>
      <div
        ref={scroller}
        className={`${classes.scroller} ${wrap ? classes.wrap : ""}`}
        role="log"
        aria-live="off"
        aria-label={label}
        tabIndex={0}
        data-rows={rows.count}
        onScroll={onScroll}
        onWheel={(event: WheelEvent) => event.deltaY < 0 && pause()}
        onTouchMove={pause}
        onPointerDown={onPointerDown}
        onKeyDown={(event: KeyboardEvent) => UPWARD.includes(event.key) && pause()}
      >
        <div ref={sizer} className={classes.sizer} style={{ height }}>
          <div className={classes.blocks} style={{ transform: `translateY(${blocks[0]?.start ?? 0}px)` }}>
            {blocks.map((block) => (
              <div
                key={block.key}
                ref={wrap ? virtualizer.measureElement : undefined}
                data-index={block.index}
              >
                {rowsIn(base + block.index * BLOCK, last).map((row) => {
                  const line = rows.lineAt(row);
                  const number = rows.numberAt(row) ?? row + 1;
                  return (
                    <LogRow
                      key={row}
                      number={number}
                      raw={line?.raw}
                      stream={line?.stream ?? "stdout"}
                      at={line?.at ?? ""}
                      showTime={showTime}
                      pattern={pattern}
                      current={target?.number === number}
                    />
                  );
                })}
              </div>
            ))}
          </div>
        </div>
      </div>
      {live && !follow && (
        <Button
          className={classes.jump}
          size="xs"
          radius="xl"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => onFollow(true)}
        >
          {news > 0 ? `${plural(news, "new line")} · follow` : "Follow"}
        </Button>
      )}
    </div>
  );
}

function rowsIn(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(BLOCK, end - first)) }, (_, index) => first + index);
}

function digits(rows: Rows): CSSProperties {
  const widest = Math.max(3, String(rows.numberAt(rows.count - 1) ?? 1).length);
  return { "--log-digits": `${widest}ch` } as CSSProperties;
}

/** Scrolling sideways would jump back whenever a narrower part comes on screen. */
function keepWidth(sizer: HTMLDivElement | null, wrap: boolean): void {
  if (!sizer) return;
  const seen = wrap ? 0 : (sizer.firstElementChild?.scrollWidth ?? 0);
  const kept = Number.parseFloat(sizer.style.minWidth) || 0;
  if (wrap) sizer.style.minWidth = "";
  else if (seen > kept) sizer.style.minWidth = `${seen}px`;
}

function useTarget(
  scroller: React.RefObject<HTMLDivElement | null>,
  target: LogLinesProps["target"],
  rows: Rows,
  goTo: (row: number) => void,
): void {
  const reached = useRef<LogLinesProps["target"]>(null);
  useEffect(() => {
    if (!target || reached.current === target) return;
    reached.current = target;
    goTo(rows.rowOf(target.number));
    const settle = () => {
      const row = scroller.current?.querySelector("[data-current]");
      (row?.querySelector("mark") ?? row)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    requestAnimationFrame(() => requestAnimationFrame(settle));
  }, [scroller, target, rows, goTo]);
}
