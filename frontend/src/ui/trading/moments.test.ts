import { describe, expect, it } from "vitest";
import { anOrderDetail, aSignalDetail } from "@/testing/trading-samples";
import { momentsOf, orderSteps, signalSteps, stepLabel } from "./moments";

const at = (millis: number) => `2026-01-01T12:00:00.${String(millis).padStart(3, "0")}000Z`;

describe("momentsOf", () => {
  it("puts steps in the order of their times, equal ones as they came", () => {
    const moments = momentsOf([
      { name: "settled", at: at(9) },
      { name: "received", at: at(1) },
      { name: "sent", at: at(5) },
      { name: "acknowledged", at: at(5) },
    ]);
    expect(moments.map(({ label }) => label)).toEqual([
      "Received",
      "Sent to the exchange",
      "Accepted by the exchange",
      "Settled",
    ]);
  });

  it("marks what went wrong and what is unsure", () => {
    const [unknown, rejected] = momentsOf([
      { name: "unknown", at: at(1) },
      { name: "rejected", at: at(2) },
    ]);
    expect(unknown?.tone).toBe("odd");
    expect(rejected?.tone).toBe("bad");
  });

  it("reads a step of a later server", () => expect(stepLabel("priced_anew")).toBe("Priced anew"));
});

describe("orderSteps", () => {
  it("tells an order's life from its own times", () => {
    const order = anOrderDetail({
      status: "filled",
      created_at: at(1),
      sent_at: at(2),
      acknowledged_at: at(3),
      venue_order_id: "28",
      filled_at: at(4),
      settled_at: at(4),
    });
    expect(orderSteps(order).map(({ name }) => name)).toEqual([
      "intent",
      "sent",
      "acknowledged",
      "filled",
      "settled",
    ]);
  });

  it("says each moment once when it is written down as a step too", () => {
    const order = anOrderDetail({
      status: "unknown",
      unknown_at: at(3),
      steps: [{ name: "unknown", at: at(3), detail: "timeout: no answer" }],
    });
    expect(orderSteps(order).filter(({ name }) => name === "unknown")).toHaveLength(1);
  });
});

describe("signalSteps", () => {
  it("adds what the resolver did and says the outcome in words", () => {
    const signal = aSignalDetail({
      status: "done",
      outcome: "executed",
      steps: [
        { name: "received", at: at(1), detail: "" },
        { name: "unknown", at: at(2), detail: "" },
        { name: "settled", at: at(9), detail: "executed" },
      ],
      orders: [
        anOrderDetail({
          steps: [
            { name: "unknown", at: at(2), detail: "timeout" },
            { name: "found", at: at(5), detail: "answer: filled" },
          ],
        }),
      ],
    });
    const steps = signalSteps(signal);
    expect(steps.map(({ name }) => name)).toEqual(["received", "unknown", "settled", "found"]);
    expect(steps.find(({ name }) => name === "settled")?.detail).toBe("Executed");
  });
});
