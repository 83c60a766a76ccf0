import type { Level, Stream } from "./types";

const NOT_COLOUR =
  /\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()*+][0-9A-Za-z]|\x1b[=>78cDEHMNOZ]/g;
const COLOUR = /\x1b\[[0-9;:]*m/g;
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;

/** A progress bar that rewrites its line with `\r` shows its last state. */
export function lastState(raw: string): string {
  if (!raw.includes("\r")) return raw;
  let end = raw.length;
  while (end > 0 && raw[end - 1] === "\r") end -= 1;
  return raw.slice(raw.lastIndexOf("\r", end - 1) + 1, end);
}

function visibleControl(character: string): string {
  const code = character.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/** The line for the screen: last state, cursor movements dropped, other controls as pictures; colours stay. */
export function withColours(raw: string): string {
  const text = lastState(raw);
  const still = text.includes("\x1b") ? text.replace(NOT_COLOUR, "") : text;
  return still.replace(CONTROL, visibleControl);
}

/** The line as a person reads it, without colours: what search, levels and copying work on. */
export function plain(raw: string): string {
  const text = withColours(raw);
  return text.includes("\x1b") ? text.replace(COLOUR, "").replaceAll("\x1b", "␛") : text;
}

const WORD = /\b(?:(DEBUG|TRACE)|(INFO|NOTICE)|(WARN(?:ING)?)|(ERROR|CRITICAL|FATAL))\b/;
const LOWER = /(?:^|[[\s"':=|])(?:(debug)|(info)|(warn(?:ing)?)|(error|critical|fatal))(?=[\]"'|]|:\s|\s*$)/;
const TRACEBACK =
  /^(?:Traceback \(most recent call last\)|\s*File ".+", line \d+|[\w.]*(?:Error|Exception|KeyboardInterrupt|SystemExit)(?::|$))/;
const PYTHON_WARNING = /\b[A-Z]\w*Warning: /;
const LOOKED_AT = 200;

/**
 * The level that a line states about itself; a traceback counts as an error.
 * Judged from the line alone, so that it is the same wherever reading begins.
 */
export function levelOf(text: string, stream: Stream): Level {
  const head = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  const found = WORD.exec(head) ?? LOWER.exec(head);
  if (found) {
    if (found[1]) return "debug";
    if (found[2]) return "info";
    return found[3] ? "warning" : "error";
  }
  if (stream === "system") return "info";
  if (TRACEBACK.test(head)) return "error";
  if (PYTHON_WARNING.test(head)) return "warning";
  if (stream === "stderr" && /^\s{4,}\S/.test(head)) return "error";
  return "none";
}

/** Searching as typed: no pattern characters, case ignored unless asked. */
export function searchPattern(query: string, matchCase: boolean): RegExp {
  return new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "gu" : "giu");
}
