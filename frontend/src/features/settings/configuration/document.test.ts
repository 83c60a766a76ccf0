import { describe, expect, it } from "vitest";
import { fieldChanges, readDocument, sectionName, valueText } from "./document";

describe("readDocument", () => {
  it("takes what was exported", () => {
    const text = '{"format": "dollarclub-configuration", "version": 1, "pool": {"max_groups": 3}}';
    expect(readDocument(text)).toEqual({ document: JSON.parse(text) });
  });

  it.each(["{", "[1]", "null", '{"version": 1}'])("says what is wrong with %s", (text) => {
    expect(readDocument(text)).toHaveProperty("problem");
  });
});

describe("fieldChanges", () => {
  it("names what differs from the version before", () => {
    const older = { body: { max_groups: 10, replace: true, priority: ["age"] } };
    const newer = { body: { max_groups: 3, replace: true, priority: ["age"] } };
    expect(fieldChanges(newer, older)).toEqual([{ field: "max_groups", before: 10, after: 3 }]);
  });

  it("names every field of the first version", () => {
    expect(fieldChanges({ body: { replace: false } }, undefined)).toEqual([
      { field: "replace", before: undefined, after: false },
    ]);
  });
});

describe("words", () => {
  it("writes values as a person reads them", () => {
    expect([null, "5", 3, false, ["a"]].map(valueText)).toEqual(["–", "5", "3", "false", '["a"]']);
    expect(sectionName("dca_configs")).toBe("Configurations");
  });
});
