import { describe, expect, it } from "vitest";
import { chartBars } from "./hours";

describe("chartBars", () => {
  const now = new Date("2026-01-02T10:20:00Z");
  const bars = chartBars(
    [
      { hour: "2026-01-02T10:00:00Z", received: 5, executed: 2, refused: 1 },
      { hour: "2025-12-01T10:00:00Z", received: 9, executed: 9, refused: 0 },
    ],
    now,
  );

  it("has a bar for each of the last 24 hours", () => {
    expect(bars).toHaveLength(24);
    expect(bars[0]).toMatchObject({ executed: 0, refused: 0, other: 0 });
  });

  it("counts what is neither executed nor refused on its own", () =>
    expect(bars.at(-1)).toMatchObject({ executed: 2, refused: 1, other: 2 }));
});
