import { describe, expect, it } from "vitest";
import { aConfig } from "@/testing/trading-samples";
import { bodyOf, type ConfigValues, formField, NEW_CONFIG, valuesOf } from "./config-form";
import { configErrors, isWhole, nextLevel, spreadEvenly, totalWeight } from "./config-rules";

const PYRAMID = { number: 2, capital: "50", tp_percent: "", levels: null };
const withValues = (facts: Partial<ConfigValues>): ConfigValues => ({ ...NEW_CONFIG, ...facts });

describe("a configuration in the form", () => {
  it("comes back as it was", () => {
    const config = aConfig({ pair: "*", timeframe: 15 });
    config.plan = {
      ...config.plan,
      capital: "1000.000000000000000000",
      pyramid_capitals: { "2": "500" },
      pyramid_levels: { "3": [{ gap: "0", weight: "100", take_profit: "2" }] },
      entry_ttl_seconds: 5400,
    };
    const values = valuesOf(config);
    expect(values).toMatchObject({ pair: "", timeframe: "15", capital: "1000", entry_ttl_minutes: 90 });
    expect(values.pyramids.map(({ number, capital }) => [number, capital])).toEqual([
      [2, "500"],
      [3, ""],
    ]);
    expect(bodyOf(values)).toEqual({
      pair: "*",
      timeframe: 15,
      key_id: null,
      enabled: true,
      plan: { ...config.plan, capital: "1000" },
    });
  });

  it("shows what the server says of a pyramid at that pyramid", () => {
    const values = withValues({ pyramids: [PYRAMID] });
    expect(formField("plan.pyramid_levels.2.1.weight", values)).toBe("pyramids.0.levels.1.weight");
    expect(formField("plan.pyramid_capitals.2", values)).toBe("pyramids.0.capital");
    expect(formField("plan.levels.0.gap", values)).toBe("levels.0.gap");
    expect(formField("pair", values)).toBe("pair");
  });
});

describe("what keeps a configuration from being saved", () => {
  it("is nothing for the one that the form begins with", () => expect(configErrors(NEW_CONFIG)).toEqual({}));

  it.each<[string, Partial<ConfigValues>, string]>([
    ["a pair without a quote", { pair: "BTC" }, "pair"],
    ["a gap in favour", { levels: [{ gap: "1", weight: "100", take_profit: "1" }] }, "levels.0.gap"],
    ["no weight", { levels: [{ gap: "0", weight: "0", take_profit: "1" }] }, "levels.0.weight"],
    ["weights that are not 100", { levels: [{ gap: "0", weight: "60", take_profit: "1" }] }, "levels"],
    [
      "a leg without a target",
      { levels: [{ gap: "0", weight: "100", take_profit: "0" }] },
      "levels.0.take_profit",
    ],
    ["a mode without its target", { tp_mode: "aggregate" }, "tp_percent"],
    ["a stop of 100 %", { stop_loss_percent: "100" }, "stop_loss_percent"],
    [
      "an activation that activates nothing",
      { trailing_activation_percent: "1" },
      "trailing_activation_percent",
    ],
    ["a pyramid beyond the last", { max_pyramids: 1, pyramids: [PYRAMID] }, "pyramids.0.number"],
  ])("%s", (_, facts, field) => expect(Object.keys(configErrors(withValues(facts)))).toContain(field));

  it("is not a leg's target when only the whole has one", () =>
    expect(
      configErrors(
        withValues({
          tp_mode: "aggregate",
          tp_percent: "1.2",
          levels: [{ gap: "0", weight: "100", take_profit: "" }],
        }),
      ),
    ).toEqual({}));
});

describe("levels", () => {
  it("total exactly", () =>
    expect(totalWeight(["0.1", "0.2", "x"].map((weight) => ({ gap: "0", weight, take_profit: "1" })))).toBe(
      "0.3",
    ));

  it("are spread evenly, and the sum is whole", () => {
    const three = NEW_CONFIG.levels.slice(0, 3);
    const spread = spreadEvenly(three);
    expect(spread.map(({ weight }) => weight)).toEqual(["33.34", "33.33", "33.33"]);
    expect(isWhole(spread)).toBe(true);
    expect(isWhole(three)).toBe(false);
  });

  it("go on as they did", () => {
    expect(nextLevel(NEW_CONFIG.levels).gap).toBe("-2.5");
    expect(nextLevel(NEW_CONFIG.levels.slice(0, 1)).gap).toBe("-1");
  });
});
