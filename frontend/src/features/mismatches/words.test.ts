import { describe, expect, it } from "vitest";
import { evidenceRows, kindOf } from "./words";

describe("evidenceRows", () => {
  it("flattens what the exchange shows into names and values", () => {
    expect(evidenceRows({ order: { client_id: null, side: "sell", venue_order_id: "28" } })).toEqual([
      ["side", "sell"],
      ["venue order id", "28"],
    ]);
    expect(evidenceRows({ trades: [{ amount: "1" }, { amount: "2" }] })).toEqual([
      ["amount (1)", "1"],
      ["amount (2)", "2"],
    ]);
  });

  it("says that a side has nothing", () => {
    expect(evidenceRows(null)).toBeNull();
    expect(evidenceRows({})).toBeNull();
  });
});

describe("kindOf", () => {
  it("offers only what can be done about the kind", () => {
    expect(Object.keys(kindOf({ kind: "foreign_order" }).choices)).toEqual(["adopt", "close", "ignore"]);
    expect(Object.keys(kindOf({ kind: "balance_mismatch" }).choices)).toEqual(["adopt", "ignore"]);
  });

  it("copes with a kind of a later server", () =>
    expect(kindOf({ kind: "new_kind" })).toMatchObject({ label: "new kind" }));
});
