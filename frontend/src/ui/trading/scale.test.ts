import { describe, expect, it } from "vitest";
import { placed, spanOf } from "./scale";

const marks = [100, 99.9, 99.8, 50].map((price) => ({ key: String(price), price }));

describe("the price scale", () => {
  it("shows every price with some air", () => {
    const [low, high] = spanOf(marks);
    expect(low).toBeLessThan(50);
    expect(high).toBeGreaterThan(100);
  });

  it("draws each line at its price, the dearest at the top", () => {
    const lines = placed(marks, [0, 200], 200, 10);
    expect(lines.map(({ y }) => Math.round(y * 10) / 10)).toEqual([100, 100.1, 100.2, 150]);
  });

  it("keeps words apart and inside", () => {
    const near = [3, 2, 1].map((price) => ({ key: String(price), price }));
    const labels = placed(near, [0, 1000], 100, 20).map(({ labelY }) => labelY);
    expect(labels).toEqual([50, 70, 90]);
  });

  it("has room for one price alone", () => {
    const [low, high] = spanOf([{ key: "a", price: 100 }]);
    expect(high).toBeGreaterThan(low);
  });
});
