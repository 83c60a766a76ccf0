import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";
import { safeReturn, signInAddress } from "./return-address";
import { relativeTime } from "./time";
import { describeAgent } from "./user-agent";

describe("safeReturn", () => {
  it.each([
    ["/runs?status=failed#x", "/runs?status=failed#x"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    [null, "/"],
  ])("%s → %s", (asked, led) => expect(safeReturn(asked)).toBe(led));

  it("is what the sign-in address carries", () => {
    expect(signInAddress("/")).toBe("/sign-in");
    const { searchParams } = new URL(signInAddress("/runs?q=a&b=c"), "http://x");
    expect(safeReturn(searchParams.get("return"))).toBe("/runs?q=a&b=c");
  });
});

describe("relativeTime", () => {
  const now = new Date("2026-01-10T12:00:00Z");
  it.each([
    ["2026-01-10T11:59:58Z", "just now"],
    ["2026-01-10T11:59:20Z", "40 sec. ago"],
    ["2026-01-10T11:57:01Z", "2 min. ago"],
    ["2026-01-10T09:00:00Z", "3 hr. ago"],
    ["2026-01-09T11:00:00Z", "yesterday"],
    ["2026-02-12T12:00:00Z", "next mo."],
  ])("%s → %s", (at, text) => expect(relativeTime(new Date(at), now)).toBe(text));
});

describe("toCsv", () => {
  it("quotes what needs it and disarms formulas", () => {
    expect(toCsv(["name", "note"], [['a "b", c', "=1+1"]])).toBe('name,note\r\n"a ""b"", c","\'=1+1"');
  });
});

describe("describeAgent", () => {
  it.each([
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
      "Chrome on Linux",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
      "Safari on iPhone",
    ],
    ["Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"],
    ["curl/8.5.0", "curl"],
    ["", "Unknown program"],
  ])("%s → %s", (agent, text) => expect(describeAgent(agent)).toBe(text));
});
