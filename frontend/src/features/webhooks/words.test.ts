import { describe, expect, it } from "vitest";
import { aStrategy } from "@/testing/trading-samples";
import { amountInWords, isOverdue } from "./words";

const NOW = new Date("2026-01-01T13:00:00Z");

describe("isOverdue", () => {
  it.each([
    [
      "nothing is expected",
      { expected_every_seconds: null, last_received_at: "2025-01-01T00:00:00Z" },
      false,
    ],
    [
      "the last one is recent",
      { expected_every_seconds: 3600, last_received_at: "2026-01-01T12:30:00Z" },
      false,
    ],
    [
      "the last one is too old",
      { expected_every_seconds: 60, last_received_at: "2026-01-01T12:30:00Z" },
      true,
    ],
    ["none has ever come", { expected_every_seconds: 60, last_received_at: null }, false],
    [
      "it is switched off",
      { enabled: false, expected_every_seconds: 60, last_received_at: "2025-01-01T00:00:00Z" },
      false,
    ],
  ])("when %s", (_, facts, overdue) => expect(isOverdue(aStrategy(facts), NOW)).toBe(overdue));
});

describe("amountInWords", () => {
  it.each([
    [null, "quote", "as the alert says"],
    ["100.000000000000000000", "quote", "100 quote"],
    ["2.5", "percent", "2.5 % of free balance"],
  ] as const)("%s %s: %s", (amount, amount_unit, words) =>
    expect(amountInWords({ amount, amount_unit })).toBe(words),
  );
});
