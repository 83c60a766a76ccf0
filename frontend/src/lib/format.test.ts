import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatPercent, plural } from "./format";

describe("formatDuration", () => {
  it.each([
    [0.2304, "230 ms"],
    [4.29, "4.2 s"],
    [59.9, "59 s"],
    [185, "3 m 05 s"],
    [7440, "2 h 04 m"],
    [266_400, "3 d 02 h"],
    [null, "–"],
  ])("%s s → %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe("other figures", () => {
  it("counts bytes in powers of 1024", () => {
    expect(formatBytes(1024 ** 3)).toBe("1 GiB");
    expect(formatBytes(1.5 * 1024 ** 2)).toBe("1.5 MiB");
    expect(formatBytes(0)).toBe("0 B");
  });

  it("shows an unknown share as a dash", () => {
    expect(formatPercent(null)).toBe("–");
    expect(formatPercent(0.974)).toBe("97.4 %");
    expect(formatPercent(1)).toBe("100 %");
  });

  it("agrees in number", () => {
    expect(plural(1, "run")).toBe("1 run");
    expect(plural(1200, "run")).toBe("1,200 runs");
  });
});
