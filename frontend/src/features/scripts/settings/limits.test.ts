import { describe, expect, it } from "vitest";
import { fromFields, LIMIT_FIELDS, limitProblem, packageName, toFields } from "./limits";
import type { LimitField } from "./limits";

const field = (name: string) => LIMIT_FIELDS.find((one) => one.name === name) as LimitField;

describe("limits of a script", () => {
  it("are shown in people's units and sent in the API's", () => {
    const limits = {
      max_execution_time: 0,
      cpu_seconds: null,
      memory_bytes: 512 * 1024 ** 2,
      scratch_bytes: null,
      processes: 8,
      open_files: null,
    };
    const shown = toFields(limits);
    expect(shown).toMatchObject({ max_execution_time: 0, cpu_seconds: "", memory_bytes: 512, processes: 8 });
    expect(fromFields(shown)).toEqual(limits);
  });

  it("say what is wrong before anything is sent", () => {
    expect(limitProblem(field("memory_bytes"), 8)).toContain("16 MiB");
    expect(limitProblem(field("memory_bytes"), 16.5)).toBeNull();
    expect(limitProblem(field("processes"), 1.5)).toBe("A whole number.");
    expect(limitProblem(field("cpu_seconds"), 0)).toBeNull();
    expect(limitProblem(field("open_files"), "")).toBeNull();
  });

  it("compare package names as Python's index does", () => {
    expect(packageName(" Pandas_TA[full]>=2 ")).toBe("pandas-ta");
    expect(packageName("python.binance==1.0")).toBe("python-binance");
    expect(packageName("==1")).toBe("");
  });
});
