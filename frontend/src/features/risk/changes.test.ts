import { expect, it } from "vitest";
import { riskSettings } from "@/testing/risk-samples";
import { actionInWords, actorInWords, changeInWords, changesOf } from "./changes";

it("a change of settings reads as the form does, with what was before", () => {
  const after = riskSettings({ max_exposure: "5000", max_daily_trades: null, loss_threshold_percent: "-2" });
  expect(changesOf(riskSettings(), after).map(changeInWords)).toEqual([
    "Exposure in all: 10,000 → 5,000",
    "Entries a day: 40 → no limit",
    "Loss that starts the timer: 1.5 % → 2 %",
  ]);
});

it("what stayed, and parts of parts, are left out", () =>
  expect(
    changesOf({ status: "closing_winners", a: null }, { status: "done", slices: [] }).map(changeInWords),
  ).toEqual(["Status: closing winners → done"]));

it("the first entry of something has no before", () =>
  expect(changesOf(null, { is_blocked: true }).map(changeInWords)).toEqual(["Is blocked: none → yes"]));

it("says who did what", () => {
  expect(actorInWords({ actor_id: "me" }, "me")).toBe("You");
  expect(actorInWords({ actor_id: null }, "me")).toBe("The platform");
  expect(actorInWords({ actor_id: "x" }, "me")).toBe("Another account");
  expect(actionInWords("risk.stop")).toBe("Stopped entries");
  expect(actionInWords("strategy.created")).toBe("Strategy created");
});
