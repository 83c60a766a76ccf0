import Anser from "anser";

export interface Span {
  text: string;
  /** Palette name such as `red` or `bright-red`, or `rgb(…)`; empty for the default. */
  colour: string;
  background: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  /** Part of a search hit. */
  hit: boolean;
}

const DEFAULT: Omit<Span, "text"> = {
  colour: "",
  background: "",
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  hit: false,
};

function colour(name: string, truecolor: string): string {
  if (name === "ansi-truecolor") return `rgb(${truecolor})`;
  if (name.startsWith("ansi-palette-")) return paletteColour(Number(name.slice("ansi-palette-".length)));
  return name.replace("ansi-", "");
}

/** xterm's 256 colours from 16 on: a cube of 6×6×6, then 24 greys. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `rgb(${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)})`;
}

/** A line with its colours as spans of text. */
export function spans(line: string): Span[] {
  if (!line.includes("\x1b")) return line === "" ? [] : [{ ...DEFAULT, text: line }];
  return Anser.ansiToJson(line, { json: true, use_classes: true, remove_empty: true }).map((entry) => {
    const has = (name: Anser.DecorationName) => entry.decorations.includes(name);
    const front = colour(entry.fg ?? "", entry.fg_truecolor ?? "");
    const back = colour(entry.bg ?? "", entry.bg_truecolor ?? "");
    return {
      text: entry.content,
      colour: has("reverse") ? back : front,
      background: has("reverse") ? front : back,
      bold: has("bold"),
      dim: has("dim"),
      italic: has("italic"),
      underline: has("underline"),
      strike: has("strikethrough"),
      hit: false,
    };
  });
}

/** The spans split where a search hit begins and ends; hits may reach over several colours. */
export function markHits(parts: Span[], pattern: RegExp | null): Span[] {
  if (!pattern) return parts;
  const text = parts.map((part) => part.text).join("");
  const edges: [number, number][] = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== "") edges.push([match.index, match.index + match[0].length]);
  }
  if (edges.length === 0) return parts;
  const marked: Span[] = [];
  let offset = 0;
  for (const part of parts) {
    const end = offset + part.text.length;
    let position = offset;
    for (const [from, to] of edges) {
      if (to <= position || from >= end) continue;
      const start = Math.max(from, position);
      const stop = Math.min(to, end);
      if (start > position) marked.push({ ...part, text: text.slice(position, start) });
      marked.push({ ...part, text: text.slice(start, stop), hit: true });
      position = stop;
    }
    if (position < end) marked.push({ ...part, text: text.slice(position, end) });
    offset = end;
  }
  return marked;
}
