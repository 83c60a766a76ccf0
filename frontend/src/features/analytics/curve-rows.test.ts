import { describe, expect, it } from "vitest";
import { curveRows } from "./curve-rows";
import { heatOf } from "./heat";
import { percentText, purseLabel, rangeOf, sinceOf } from "./span";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

describe("curves", () => {
  it("puts both on one axis, and keeps what was realised until the next close", () => {
    const rows = curveRows({
      curve: [
        { at: at(10), equity: "5", drawdown: "0" },
        { at: at(30), equity: "2", drawdown: "3" },
      ],
      total_curve: [{ at: at(20), total: "4.5" }],
    });
    expect(rows.map(({ realised }) => realised)).toEqual([0, 5, 5, 2]);
    expect(rows.map(({ total }) => total)).toEqual([null, null, 4.5, null]);
    expect(rows.map(({ drawdown }) => drawdown)).toEqual([0, 0, 0, -3]);
    expect(rows[0]?.at).toBeLessThan(Date.parse(at(10)));
  });

  it("has nothing to draw without a close", () => {
    expect(curveRows({ curve: [], total_curve: [] })).toEqual([]);
  });
});

describe("span", () => {
  it("asks for the same moment within five minutes, and for none of all time", () => {
    const now = new Date("2026-01-02T12:03:10Z");
    expect(sinceOf(24, now)).toBe("2026-01-01T12:00:00.000Z");
    expect(sinceOf(24, new Date("2026-01-02T12:04:59Z"))).toBe("2026-01-01T12:00:00.000Z");
    expect(sinceOf(null, now)).toBeUndefined();
  });

  it("falls back to 30 days", () => {
    expect(rangeOf(null).value).toBe("30d");
    expect(rangeOf("a week").value).toBe("30d");
    expect(rangeOf("all").hours).toBeNull();
    expect(purseLabel("paper:USD")).toBe("Paper USD");
  });

  it("writes a win rate in percent as the server tells it", () => {
    expect(percentText("66.66666667")).toBe("66.6 %");
    expect(percentText(null)).toBe("–");
  });
});

describe("heat", () => {
  const cell = (symbol: string, timeframe: number, total: string) => ({
    symbol,
    timeframe,
    total,
    trades: 1,
    win_rate: null,
  });

  it("is a matrix of pairs and timeframes, strongest where most was won or lost", () => {
    const map = heatOf([cell("ETH/USDT", 15, "-10"), cell("BTC/USDT", 240, "5"), cell("BTC/USDT", 15, "0")]);
    expect(map.timeframes).toEqual([15, 240]);
    expect(map.rows.map(({ symbol }) => symbol)).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(map.rows[0]?.cells.map((it) => it?.strength)).toEqual([0, 0.5]);
    expect(map.rows[1]?.cells.map((it) => it?.strength)).toEqual([1, undefined]);
  });
});
