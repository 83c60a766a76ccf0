import { describe, expect, it } from "vitest";
import type { HaltState, Proof } from "@/api/types";
import { actsOf, proofInWords } from "./words";

const STATE: HaltState = {
  account: null,
  installation: null,
  preview: {
    resting_orders: 3,
    positions: [
      { key_id: "k1", symbol: "BTC/USDT", amount: "0.010400000000000000" },
      { key_id: "k1", symbol: "ETH/USDT:USDT", amount: "-0.5" },
    ],
  },
};

describe("actsOf", () => {
  it("names every order and position that flattening touches", () => {
    expect(actsOf(STATE, true, [])).toEqual([
      "Blocks every new entry, whatever alert comes in.",
      "Cancels 3 resting orders.",
      "Sells 0.0104 BTC at market (deleted key).",
      "Buys back 0.5 ETH at market (deleted key).",
    ]);
  });

  it("says what stays without flattening", () =>
    expect(actsOf(STATE, false, [])).toContain("Keeps what is held (2 positions). Exits go on working."));

  it("says that there is nothing to do", () =>
    expect(actsOf({ ...STATE, preview: { resting_orders: 0, positions: [] } }, true, [])).toEqual([
      "Blocks every new entry, whatever alert comes in.",
      "No order rests, so none is cancelled.",
      "Nothing is held, so nothing is sold.",
    ]));
});

describe("proofInWords", () => {
  const clean: Proof = {
    label: "Paper spot",
    ok: true,
    at: "2026-01-01T12:00:00Z",
    problem: null,
    open_orders: [],
    foreign_orders: [],
    positions: [],
    dust: [],
  };
  it("tells what is left", () => {
    expect(proofInWords(clean, true)).toBe("no order, no position");
    expect(proofInWords({ ...clean, ok: false, open_orders: [{}], positions: [{}] }, true)).toBe(
      "1 order still open; 1 position still held",
    );
    expect(proofInWords({ ...clean, positions: [{}] }, false)).toBe("no order");
  });
});
