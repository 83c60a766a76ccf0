import { describe, expect, it } from "vitest";
import { aCandidate, anEngine, aPlan, aUsage, riskSettings } from "@/testing/risk-samples";
import { plannedParts } from "./offset-plan";
import { runInWords, startsInWords } from "./useRiskActions";
import { canRun, offsetRuleInWords, standingOf, timerInWords, usageInWords, usedPercent } from "./words";

describe("a limit", () => {
  it("says how much of it is used, in the money it counts", () => {
    expect(usageInWords(aUsage({ used: "8500.500000" }))).toBe("8,500.5 of 10,000 USD");
    expect(usageInWords(aUsage({ limit: null }))).toBe("8,500 USD, no limit");
    expect(usageInWords(aUsage({ name: "max_daily_trades", used: "3", limit: "40" }))).toBe("3 of 40");
  });

  it("is never more than all used", () => {
    expect(usedPercent({ used: "50", limit: "200" })).toBe(25);
    expect(usedPercent({ used: "300", limit: "200" })).toBe(100);
    expect(usedPercent({ used: "300", limit: null })).toBe(0);
  });
});

describe("a losing position", () => {
  const now = new Date("2026-01-01T12:10:55Z");

  it.each([
    ["2026-01-01T12:15:00Z", "4 m 05 s left"],
    ["2026-01-01T12:10:55Z", "run out"],
    [null, null],
  ])("whose timer ends at %s: %s", (at, words) => expect(timerInWords(at, now)).toBe(words));

  it("says what keeps it, and that nothing does", () => {
    expect(standingOf(aCandidate(), true)).toBe("Its timer runs.");
    expect(standingOf(aCandidate({ hindrance: null }), true)).toMatch(/^Due/);
    expect(standingOf(aCandidate({ hindrance: null }), false)).toMatch(/offsets are off/);
  });

  it("may be paid for by hand whatever its timer says, but not when it is blocked", () => {
    expect(canRun({ hindrance: null })).toBe(true);
    expect(canRun({ hindrance: "timer_running" })).toBe(true);
    expect(canRun({ hindrance: "incomplete" })).toBe(true);
    expect(canRun({ hindrance: "blocked" })).toBe(false);
    expect(canRun({ hindrance: "no_price" })).toBe(false);
  });
});

describe("before it is done", () => {
  it("paying for a loss names every part, what it brings and what is needed", () =>
    expect(runInWords(aCandidate(), aPlan())).toBe(
      "Closes 1.5 ETH, 2.635 SOL at the market for a gain of about 92.911845 USDT, then BTC/USDT, whose loss and exit fee take 92.91 USDT: by as much as was truly realised. It cannot be taken back.",
    ));

  it("paying for another one than the plan's gives no figures of the plan", () =>
    expect(runInWords(aCandidate({ group_id: "g9", symbol: "XRP/USDT" }), aPlan())).toMatch(
      /^Parts of the best winning positions .*nothing is closed\.$/,
    ));

  it("starting after the day's loss says that it can be lost again", () => {
    const pause = { state: "paused", loss_paused_at: "2026-01-01T12:00:00Z" } as const;
    expect(startsInWords(anEngine(pause))).toMatch(/lost a second time today/);
    expect(startsInWords(anEngine({ ...pause, stopped_at: "2026-01-01T13:00:00Z" }))).toMatch(/both lifted/);
    expect(startsInWords(anEngine({ state: "stopped", stopped_at: "2026-01-01T13:00:00Z" }))).not.toMatch(
      /loss/,
    );
  });
});

it("the rule of offsets is one sentence of the settings", () => {
  expect(offsetRuleInWords(riskSettings())).toContain(
    "a loss of 1.5 % on, with 3 entries and no leg that can still fill, a timer of 15 min",
  );
  expect(offsetRuleInWords(riskSettings({ offset_enabled: false }))).toMatch(/^Offsets are off/);
});

it("an offset's plan is read as far as it can be", () => {
  const part = { group: "g1", symbol: "BTC/USDT", amount: "0.05" };
  expect(plannedParts({ plan: { loser: part, slices: [part, "?"] } })).toEqual({
    loser: part,
    winners: [part],
  });
  expect(plannedParts({ plan: {} })).toEqual({ loser: null, winners: [] });
});
