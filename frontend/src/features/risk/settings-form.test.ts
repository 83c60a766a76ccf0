import { describe, expect, it } from "vitest";
import { riskSettings } from "@/testing/risk-samples";
import { settingsOf, settingsRules, valuesOf } from "./settings-form";

describe("the risk settings in the form", () => {
  it("come back as they were", () => {
    expect(valuesOf(riskSettings())).toMatchObject({
      max_groups_per_symbol: "",
      max_daily_loss: "500.5",
      loss_threshold_percent: "1.5",
    });
    expect(settingsOf(valuesOf(riskSettings()))).toEqual({
      ...riskSettings(),
      max_daily_loss: "500.5",
      loss_threshold_percent: "-1.5",
    });
  });

  it("send an empty limit as none", () =>
    expect(
      settingsOf({ ...valuesOf(riskSettings()), max_exposure: " ", max_daily_trades: "" }),
    ).toMatchObject({ max_exposure: null, max_daily_trades: null }));

  it.each([
    ["max_exposure", "0"],
    ["max_exposure", "-5"],
    ["max_exposure", "1e5"],
    ["max_daily_loss", "a lot"],
    ["loss_threshold_percent", "0"],
    ["loss_threshold_percent", "-1.5"],
    ["loss_threshold_percent", "1.00001"],
    ["max_winner_fraction_percent", "101"],
    ["min_close_notional", ""],
  ] as const)("refuse %s of %s", (name, text) => expect(settingsRules[name](text)).not.toBeNull());

  it.each([
    ["max_exposure", ""],
    ["max_exposure", "0.5"],
    ["loss_threshold_percent", "1.5"],
    ["max_winner_fraction_percent", "100"],
    ["min_close_notional", "0"],
  ] as const)("take %s of “%s”", (name, text) => expect(settingsRules[name](text)).toBeNull());

  it("need whole numbers within their bounds", () => {
    expect(settingsRules.required_pyramids("")).not.toBeNull();
    expect(settingsRules.required_pyramids(0)).not.toBeNull();
    expect(settingsRules.wait_minutes(0)).toBeNull();
    expect(settingsRules.max_daily_trades("")).toBeNull();
    expect(settingsRules.max_groups_per_symbol(1.5)).not.toBeNull();
  });
});
