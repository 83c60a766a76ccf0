import { describe, expect, it } from "vitest";
import { engineState, firstPurse, purseUnit } from "./trading-words";

const purse = (name: string, invested: string) => ({
  purse: name,
  realised: "0",
  realised_today: "0",
  unrealised: "0",
  total: "0",
  invested,
  resting: "0",
  unpriced: 0,
});
const engine = {
  state: "running" as const,
  reason: "",
  stopped_at: null,
  restarted_at: null,
  loss_paused_at: null,
};

describe("firstPurse", () => {
  it("is real money before paper, then what has most at work", () => {
    const purses = [purse("paper:USD", "9000"), purse("live:BTC", "1"), purse("live:USD", "50")];
    expect(firstPurse(purses)?.purse).toBe("live:USD");
    expect(firstPurse([])).toBeUndefined();
  });

  it("says when it is not real", () => {
    expect(purseUnit("paper:USD")).toEqual({ unit: "USD", kind: "paper money" });
    expect(purseUnit("live:BTC")).toEqual({ unit: "BTC", kind: "" });
  });
});

describe("engineState", () => {
  it("names the kill switch before anything else, and why it was stopped", () => {
    expect(engineState({ engine, halted: true }).word).toBe("Halted");
    expect(engineState({ engine, halted: false }).word).toBe("Runs");
    const stopped = { ...engine, state: "stopped" as const, reason: "holidays" };
    expect(engineState({ engine: stopped, halted: false })).toMatchObject({
      word: "Stopped",
      note: "holidays",
    });
  });
});
