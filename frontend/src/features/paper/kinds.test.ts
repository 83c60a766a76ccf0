import { describe, expect, it } from "vitest";
import { bodyOf, scopeInWords } from "./kinds";

const VALUES = { endpoint: "POST *rder", symbol: "", times: 1, millis: 2500 } as const;

describe("bodyOf", () => {
  it("limits a fault of requests to what was chosen", () =>
    expect(bodyOf({ ...VALUES, kind: "drop_answer" })).toMatchObject({
      kind: "drop_answer",
      endpoint: "POST *rder",
      symbol: null,
      times: 1,
    }));

  it("puts the milliseconds where the kind wants them", () => {
    expect(bodyOf({ ...VALUES, kind: "late_answer" })).toMatchObject({ delay_ms: 2500, skew_ms: 0 });
    expect(bodyOf({ ...VALUES, kind: "clock_skew" })).toMatchObject({ skew_ms: 2500 });
  });

  it("asks for no request of a stream's fault", () =>
    expect(bodyOf({ ...VALUES, kind: "stream_drop", times: "" })).toMatchObject({
      endpoint: null,
      times: null,
    }));
});

describe("scopeInWords", () => {
  const fault = { id: 1, struck: 0, probability: 1, delay_ms: 1000, skew_ms: 0, status: 503, message: "" };
  it("says whom it strikes and how long", () => {
    expect(
      scopeInWords({ ...fault, kind: "drop_answer", endpoint: "POST *rder", times: 2, symbol: "BTCUSDT" }),
    ).toBe("Placing orders, of BTCUSDT, 2 more times");
    expect(scopeInWords({ ...fault, kind: "stream_delay" })).toBe(
      "Every event, by 1000 ms, until it is switched off",
    );
  });
});
