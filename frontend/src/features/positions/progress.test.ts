import { describe, expect, it } from "vitest";
import { legProgress, progressOf } from "./progress";
import { exitOf } from "./useGroupActions";
import { aGroup } from "@/testing/trading-samples";

const target = (price: string) => ({
  kind: "take_profit" as const,
  subject_id: "g1",
  direction: "above" as const,
  price,
  trail_percent: null,
  fired_at: null,
  fired_price: null,
});

describe("the way to a target", () => {
  it("goes from the average to the nearest one", () => {
    const group = aGroup({ targets: [target("110"), target("120")] });
    const figures = { ...group.figures, average: "100", last: "105" };
    expect(progressOf({ ...group, figures })).toBe(0.5);
    expect(progressOf({ ...group, figures: { ...figures, last: "90" } })).toBe(0);
    expect(progressOf({ ...group, figures: { ...figures, last: null } })).toBeNull();
  });

  it("goes down for a short", () => {
    const group = aGroup({ side: "short", targets: [target("90")] });
    expect(progressOf({ ...group, figures: { ...group.figures, average: "100", last: "98" } })).toBeCloseTo(
      0.2,
    );
  });

  it("of a leg needs a fill and a price", () => {
    expect(legProgress("100", "101", "100.25")).toBeCloseTo(0.25);
    expect(legProgress(null, "101", "100")).toBeNull();
  });
});

describe("what closing does", () => {
  it.each([
    ["long", "0.0104", "and sells the 0.0104 BTC it holds"],
    ["short", "0.0104", "and buys back the 0.0104 BTC it owes"],
    ["long", "0.000", "and holds nothing that would have to be sold"],
  ] as const)("for a %s of %s", (side, held, words) =>
    expect(exitOf({ side, symbol: "BTC/USDT" }, held)).toBe(words),
  );
});
