import type { ScriptSettings } from "@/api/types";

type Limits = NonNullable<ScriptSettings["limits"]>;
type LimitName = keyof Limits;

const MIB = 1024 ** 2;

export interface LimitField {
  name: LimitName;
  label: string;
  unit: string;
  /** How many of the API's units one of the shown units has. */
  scale: number;
  least: number;
  description: string;
}

export const LIMIT_FIELDS: LimitField[] = [
  {
    name: "max_execution_time",
    label: "Wall time",
    unit: "seconds",
    scale: 1,
    least: 0,
    description: "The run is stopped after this time; 0 for none.",
  },
  {
    name: "cpu_seconds",
    label: "CPU time",
    unit: "seconds",
    scale: 1,
    least: 0,
    description: "Of all its processes together; 0 for none.",
  },
  {
    name: "memory_bytes",
    label: "Memory",
    unit: "MiB",
    scale: MIB,
    least: 16,
    description: "At least 16 MiB.",
  },
  {
    name: "scratch_bytes",
    label: "Scratch space",
    unit: "MiB",
    scale: MIB,
    least: 1,
    description: "Files it writes; removed after the run.",
  },
  {
    name: "processes",
    label: "Processes",
    unit: "at once",
    scale: 1,
    least: 1,
    description: "Threads count too.",
  },
  {
    name: "open_files",
    label: "Open files",
    unit: "at once",
    scale: 1,
    least: 16,
    description: "At least 16.",
  },
];

/** What the fields hold: numbers in the shown units, an empty text for the installation's default. */
export type LimitValues = Record<LimitName, number | "">;

export function toFields(limits: Limits): LimitValues {
  return Object.fromEntries(
    LIMIT_FIELDS.map(({ name, scale }) => {
      const value = limits[name];
      return [name, value == null ? "" : value / scale];
    }),
  ) as LimitValues;
}

export function fromFields(values: LimitValues): Limits {
  return Object.fromEntries(
    LIMIT_FIELDS.map(({ name, scale }) => {
      const value = values[name];
      return [name, value === "" ? null : Math.round(value * scale)];
    }),
  ) as Limits;
}

/** What is wrong with a value; null when nothing is. */
export function limitProblem(field: LimitField, value: number | ""): string | null {
  if (value === "") return null;
  if (value < field.least) return `At least ${field.least} ${field.unit}.`;
  if (field.scale === 1 && !Number.isInteger(value)) return "A whole number.";
  return null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*/;

/** The name of a requirement such as `Pandas>=2`, as PEP 503 compares it. */
export function packageName(requirement: string): string {
  const name = NAME.exec(requirement.trim())?.[0] ?? "";
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
