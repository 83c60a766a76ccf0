import { describe, expect, it } from "vitest";
import { cover } from "./cover";

describe("cover", () => {
  it.each([
    ["a secret wholly", "s3cret", [], "••••••••"],
    [
      "the token of an address",
      "https://x.example/api/webhook/t/abc",
      [],
      "https://x.example/api/webhook/t/••••••••",
    ],
    ["the secret inside a message", '{"secret": "s3cret"}', ["s3cret"], '{"secret": "••••••••"}'],
    [
      "address and secret of a command",
      "curl https://x.example/t/abc -d 's3cret'",
      ["https://x.example/t/abc", "s3cret"],
      "curl https://x.example/t/•••••••• -d '••••••••'",
    ],
  ])("covers %s", (_, text, parts, covered) => expect(cover(text, parts)).toBe(covered));
});
