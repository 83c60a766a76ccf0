import type { ConfigurationVersion } from "@/api/types";

export const SECTIONS = [
  { value: "pool", label: "Pool and queue" },
  { value: "risk", label: "Risk" },
] as const;

export type Section = (typeof SECTIONS)[number]["value"];

const NAMES: Record<string, string> = {
  pool: "Pool and queue",
  risk: "Risk",
  dca_configs: "Configurations",
  strategies: "Webhooks",
};

/** What a section of the document is called on the pages. */
export function sectionName(section: string): string {
  return NAMES[section] ?? section;
}

/** The object that a file holds, or what is wrong with it in words; the server judges the rest. */
export function readDocument(text: string): { document: Record<string, unknown> } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "This is not a JSON file. Choose one that was exported here." };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { problem: "This file holds no configuration. Choose one that was exported here." };
  const document = value as Record<string, unknown>;
  if (document.format !== "dollarclub-configuration")
    return { problem: "This file does not say that it is a configuration of DollarClub." };
  return { document };
}

/** A value of the document for a person; nothing as a dash. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What a version changed; `older` is the one before it, or undefined for the first. */
export function fieldChanges(
  newer: Pick<ConfigurationVersion, "body">,
  older: Pick<ConfigurationVersion, "body"> | undefined,
): FieldChange[] {
  const fields = new Set([...Object.keys(newer.body), ...Object.keys(older?.body ?? {})]);
  return [...fields]
    .sort()
    .map((field) => ({ field, before: older?.body[field], after: newer.body[field] }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}
