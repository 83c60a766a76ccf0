import { describe, expect, it } from "vitest";
import type { PoolSettings } from "@/api/types";
import { moved, settingsOf, settingsRules, valuesOf } from "./settings-form";

const SETTINGS: PoolSettings = {
  max_groups: 10,
  pyramids_bypass: true,
  priority: ["continuation", "deepest_loss", "first_in"],
  max_queue: null,
  expiry_seconds: 5400,
  max_drift_percent: "2.50",
  replace: false,
};

describe("the pool's settings in the form", () => {
  it("come back as they were", () => {
    expect(valuesOf(SETTINGS)).toMatchObject({ expiry_hours: 1.5, max_drift_percent: "2.5", max_queue: "" });
    expect(settingsOf(valuesOf(SETTINGS))).toEqual({ ...SETTINGS, max_drift_percent: "2.5" });
  });

  it("send an empty field as none", () =>
    expect(settingsOf({ ...valuesOf(SETTINGS), expiry_hours: "", max_drift_percent: " " })).toMatchObject({
      expiry_seconds: null,
      max_drift_percent: null,
    }));

  it("need a limit and a rule", () => {
    expect(settingsRules.max_groups("")).not.toBeNull();
    expect(settingsRules.priority([])).not.toBeNull();
    expect(settingsRules.max_drift_percent("x")).not.toBeNull();
  });

  it("move a rule by a place, not beyond the ends", () => {
    const { priority = [] } = SETTINGS;
    expect(moved(priority, "deepest_loss", -1)).toEqual(["deepest_loss", "continuation", "first_in"]);
    expect(moved(priority, "continuation", -1)).toEqual(priority);
    expect(moved(priority, "first_in", 1)).toEqual(priority);
  });
});
