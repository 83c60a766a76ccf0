import { describe, expect, it } from "vitest";
import {
  absolute,
  addDecimals,
  cutTo,
  formatDecimal,
  isPositiveDecimal,
  plainDecimal,
  shortened,
  signOf,
} from "./decimal";

describe("formatDecimal", () => {
  it.each([
    ["0.010400000000000000", "0.0104"],
    ["1234567.500", "1,234,567.5"],
    ["123456789.123456789123456789", "123,456,789.123456789123456789"],
    ["-0.5", "−0.5"],
    ["-0.00", "0"],
    ["0E-18", "0"],
    ["1.5E+3", "1,500"],
    ["25e-10", "0.0000000025"],
    ["007.10", "7.1"],
    ["NaN", "NaN"],
    [null, "–"],
  ])("%s → %s", (text, shown) => expect(formatDecimal(text)).toBe(shown));

  it("fills up to the decimals asked for", () => expect(formatDecimal("96000.1", 2)).toBe("96,000.10"));
});

describe("exact sums and signs", () => {
  it("adds what a double cannot", () => {
    expect(addDecimals("0.1", "0.2")).toBe("0.3");
    expect(addDecimals("123456789.123456789123456789", "0.000000000000000001")).toBe(
      "123456789.12345678912345679",
    );
    expect(addDecimals("1", "-1.0")).toBe("0");
    expect(addDecimals("0.5", "-2")).toBe("-1.5");
  });

  it.each([
    ["-0.000", 0],
    ["0.0001", 1],
    ["-3", -1],
  ])("the sign of %s is %s", (text, sign) => expect(signOf(text)).toBe(sign));

  it("drops the sign", () => expect(absolute("-0.0104")).toBe("0.0104"));
});

describe("isPositiveDecimal", () => {
  it.each([
    ["100", true],
    ["0.00001", true],
    ["0", false],
    ["-1", false],
    ["1e5", false],
    ["1,000", false],
    ["", false],
  ])("%s: %s", (text, fits) => expect(isPositiveDecimal(text)).toBe(fits));
});

describe("shortened", () => {
  it.each([
    ["20016479.58476096", "20016479"],
    ["96593.812345678", "96593.812"],
    ["0.000012345678912", "0.000012345678"],
    ["-3.1", "-3.1"],
  ])("%s → %s", (text, short) => expect(shortened(text)).toBe(short));
});

describe("figures cut for the eye", () => {
  it.each([
    ["-0.81494836", 5, 2, "-0.81494"],
    ["98765.4321", 5, 2, "98765.43"],
    ["0.0000123456789", 5, 2, "0.000012345"],
    ["1200", 5, 2, "1200"],
  ])("%s to %i digits is %s", (text, digits, least, cut) => expect(shortened(text, digits, least)).toBe(cut));

  it("never show a minus before nothing", () => {
    expect(cutTo("-0.004", 2)).toBe("0.00");
    expect(cutTo("-0.24155166", 2)).toBe("-0.24");
  });

  it("lose only zeros in a field", () => {
    expect(plainDecimal("100.500000")).toBe("100.5");
    expect(plainDecimal("100")).toBe("100");
  });
});
