import { describe, expect, it } from "vitest";
import { aStrategy } from "@/testing/trading-samples";
import { bodyOf, NEW_STRATEGY, strategyRules, valuesOf } from "./strategy-form";

describe("a strategy in the form", () => {
  it("comes back as it was", () => {
    const strategy = aStrategy({
      amount: "100.500000000000000000",
      max_cost: "1000.000000000000000000",
      max_lag_seconds: 30,
      expected_every_seconds: 5400,
    });
    expect(valuesOf(strategy)).toMatchObject({
      amount: "100.5",
      max_cost: "1000",
      expected_every_minutes: 90,
    });
    expect(bodyOf(valuesOf(strategy))).toMatchObject({
      amount: "100.5",
      max_cost: "1000",
      max_lag_seconds: 30,
      expected_every_seconds: 5400,
    });
  });

  it("sends an empty field as none", () =>
    expect(bodyOf({ ...NEW_STRATEGY, name: " a ", amount: "", max_lag_seconds: "" })).toMatchObject({
      name: "a",
      amount: null,
      max_cost: null,
      max_lag_seconds: null,
      expected_every_seconds: null,
    }));

  it("refuses amounts that are none", () => {
    expect(strategyRules.amount("12x", NEW_STRATEGY)).not.toBeNull();
    expect(strategyRules.amount("101", { ...NEW_STRATEGY, amount_unit: "percent" })).toBe("At most 100 %.");
    expect(strategyRules.amount("101", NEW_STRATEGY)).toBeNull();
    expect(strategyRules.amount("", NEW_STRATEGY)).toBeNull();
  });
});
