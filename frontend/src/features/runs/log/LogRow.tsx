import { memo, useMemo } from "react";
import { formatNumber } from "@/lib/format";
import { markHits, spans } from "./ansi";
import type { Span } from "./ansi";
import classes from "./Log.module.css";
import { levelOf, plain, withColours } from "./text";
import type { Stream } from "./types";

const LONGEST_SHOWN = 16_000;
const TAG: Record<Stream, string> = { stdout: "", stderr: "err", system: "sys" };
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
});

export interface LogRowProps {
  number: number;
  /** Undefined while the line is being loaded. */
  raw: string | undefined;
  stream: Stream;
  at: string;
  showTime: boolean;
  pattern: RegExp | null;
  current: boolean;
}

/** One line: its number, the stream's mark, and the text with its colours. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { number, raw, stream, at, showTime, pattern, current } = props;
  const parts = useMemo(() => {
    if (raw === undefined) return [];
    return markHits(
      spans(withColours(raw.length > LONGEST_SHOWN ? raw.slice(0, LONGEST_SHOWN) : raw)),
      pattern,
    );
  }, [raw, pattern]);
  const level = raw === undefined ? "none" : levelOf(plain(raw.slice(0, 400)), stream);
  return (
    <div
      className={classes.row}
      data-row={number}
      data-stream={stream}
      data-level={level}
      data-current={current || undefined}
      data-loading={raw === undefined || undefined}
    >
      <span className={classes.gutter}>
        <span className={classes.number}>{number}</span>
        <span className={classes.tag}>{raw === undefined ? "" : TAG[stream]}</span>
        {showTime && (
          <span className={classes.time}>{raw === undefined ? "" : clock.format(new Date(at))}</span>
        )}
      </span>
      <span className={classes.text}>
        {parts.map((part, index) => (
          <Piece key={index} span={part} />
        ))}
        {raw !== undefined && raw.length > LONGEST_SHOWN && (
          <em className={classes.cut}>
            {" "}
            … {formatNumber(raw.length - LONGEST_SHOWN)} more characters in the download
          </em>
        )}
      </span>
    </div>
  );
});

function Piece({ span }: { span: Span }) {
  const { text, colour, background, bold, dim, italic, underline, strike, hit } = span;
  const line = [underline && "underline", strike && "line-through"].filter(Boolean).join(" ");
  const styled = colour || background || bold || dim || italic || line;
  const style = styled
    ? {
        color: hit ? undefined : ink(colour),
        background: hit ? undefined : ink(background),
        fontWeight: bold ? 700 : undefined,
        opacity: dim ? 0.75 : undefined,
        fontStyle: italic ? "italic" : undefined,
        textDecoration: line || undefined,
      }
    : undefined;
  if (hit) return <mark style={style}>{text}</mark>;
  return styled ? <span style={style}>{text}</span> : text;
}

function ink(colour: string): string | undefined {
  if (colour === "") return undefined;
  return colour.startsWith("rgb") ? colour : `var(--log-${colour})`;
}
