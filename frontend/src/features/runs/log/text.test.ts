import { describe, expect, it } from "vitest";
import { markHits, spans } from "./ansi";
import { lastState, levelOf, plain, searchPattern, withColours } from "./text";

describe("text of a line", () => {
  it("shows the last state of a progress bar", () => {
    expect(lastState("10%\r20%\r30%")).toBe("30%");
    expect(lastState("done\r")).toBe("done");
    expect(lastState("\r")).toBe("");
  });

  it("drops cursor movements, keeps indentation and shows control characters", () => {
    expect(plain("\x1b[2K\x1b[1G    \x1b[1;32mok\x1b[0m")).toBe("    ok");
    expect(plain("a\x00b\x07")).toBe("a␀b␇");
    expect(plain("\x1b]0;title\x07text")).toBe("text");
    expect(withColours("\x1b[31mred")).toBe("\x1b[31mred");
  });

  it.each([
    ["2026-01-01 12:00:00 INFO started", "stdout", "info"],
    ["[warning] low balance", "stdout", "warning"],
    ["CRITICAL margin call", "stdout", "error"],
    ["level=debug", "stdout", "debug"],
    ["Traceback (most recent call last):", "stderr", "error"],
    ['  File "strategy.py", line 3, in <module>', "stderr", "error"],
    ["ccxt.base.errors.NetworkError: binance", "stderr", "error"],
    ["    order = place()", "stderr", "error"],
    ["DeprecationWarning: use x", "stderr", "warning"],
    ["no information here", "stdout", "none"],
    ["Starting the run", "system", "info"],
  ] as const)("recognises the level of %j", (line, stream, level) => {
    expect(levelOf(line, stream)).toBe(level);
  });
});

describe("spans", () => {
  it("keeps colours of the palette, of 256 and of 16 million", () => {
    const [red, orange, true24] = spans("\x1b[1;31ma\x1b[0;38;5;208mb\x1b[0;38;2;1;2;3mc");
    expect(red).toMatchObject({ text: "a", colour: "red", bold: true });
    expect(orange).toMatchObject({ text: "b", colour: "rgb(255, 135, 0)" });
    expect(true24).toMatchObject({ text: "c", colour: "rgb(1, 2, 3)" });
  });

  it("never makes markup of what a script prints", () => {
    expect(spans("<b>&amp;\x1b[31m<i>").map((span) => span.text)).toEqual(["<b>&amp;", "<i>"]);
  });

  it("marks a hit that reaches over two colours", () => {
    const marked = markHits(spans("a\x1b[31mbc\x1b[0md b"), searchPattern("AB", false));
    expect(marked.map((span) => [span.text, span.hit])).toEqual([
      ["a", true],
      ["b", true],
      ["c", false],
      ["d b", false],
    ]);
  });

  it("takes the searched text literally", () => {
    expect("1.5 (x)".match(searchPattern("1.5 (", false))).not.toBeNull();
    expect("125 (x)".match(searchPattern("1.5 (", false))).toBeNull();
  });
});
