import { describe, expect, it } from "vitest";
import { moved } from "./moved";

describe("moved", () => {
  it.each([
    ["96000.50", 1, "96960.50"],
    ["96000.50", -5, "91200.47"],
    ["0.00012", 0.1, "0.00012"],
    ["100", 0.1, "100"],
    ["3000", 5, "3150"],
  ])("%s by %s %%: %s", (price, percent, result) => expect(moved(price, percent)).toBe(result));
});
