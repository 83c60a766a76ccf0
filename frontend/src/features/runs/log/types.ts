export const STREAMS = ["stdout", "stderr", "system"] as const;
export type Stream = (typeof STREAMS)[number];

export const LEVELS = ["debug", "info", "warning", "error", "none"] as const;
export type Level = (typeof LEVELS)[number];

/** A fragment as the API sends it. */
export interface WireFragment {
  seq: number;
  stream: Stream;
  at: string;
  text: string;
  ends_line: boolean;
  lines_before: number;
}

/** A page of fragments, ascending by `seq` without gaps. */
export interface WirePage {
  items: WireFragment[];
  last_seq: number;
  complete: boolean;
}

export interface Fragment {
  seq: number;
  stream: Stream;
  at: string;
  text: string;
  /** Line ends in the whole log before this fragment. */
  before: number;
  /** Line ends in this fragment. */
  ends: number;
  /** What the stream had written since its last line end, when this fragment begins. */
  carry: string;
  /** The line that this fragment continues began in a part of the log that is not loaded. */
  clipped: boolean;
  /** Where each line of `text` begins, made on first use. */
  starts: Uint32Array | null;
}

export interface LogLine {
  /** 1-based position of the line's end among all line ends of the log. */
  number: number;
  stream: Stream;
  at: string;
  /** As written, without its line end. */
  raw: string;
  /** Its beginning is not loaded. */
  clipped: boolean;
}
