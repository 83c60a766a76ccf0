import { describe, expect, it } from "vitest";
import { readable } from "./readable";

describe("readable", () => {
  it("puts JSON on lines", () => expect(readable('{"a": 1}')).toBe('{\n  "a": 1\n}'));

  it("shows numbers as they came, to the last digit", () => {
    const raw = '{"price": 123456789.123456789123456789}';
    expect(readable(raw)).toBe(raw);
    expect(readable('{"size":1.0}')).toBe('{"size":1.0}');
  });

  it("leaves what is no JSON", () => expect(readable("buy {{ticker}}")).toBe("buy {{ticker}}"));
});
