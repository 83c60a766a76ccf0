import type { AuditEntry } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { exactTime } from "@/lib/time";
import { SETTINGS, settingInWords, type SettingName } from "./words";

export interface Change {
  label: string;
  before: string;
  after: string;
}

type Facts = Record<string, unknown>;

/** What differs between two states, by names that a person reads; parts of parts are left out. */
export function changesOf(before: Facts | null, after: Facts | null): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name) => {
    const [was, is] = [before?.[name], after?.[name]];
    if (isNested(was) || isNested(is) || was === is) return [];
    if ((was ?? null) === null && (is ?? null) === null) return [];
    const isSetting = Object.hasOwn(SETTINGS, name);
    const inWords = (value: unknown) =>
      isSetting && value !== undefined ? settingInWords(name as SettingName, value) : valueInWords(value);
    const label = isSetting ? SETTINGS[name as SettingName].label : sentence(name);
    return [{ label, before: inWords(was), after: inWords(is) }];
  });
}

/** `Exposure in all: 10,000 → 5,000` */
export function changeInWords({ label, before, after }: Change): string {
  return `${label}: ${before} → ${after}`;
}

const ACTIONS: Record<string, string> = {
  "risk.stop": "Stopped entries",
  "risk.start": "Started entries",
  "risk.pause": "The day’s loss paused entries",
  "risk.settings": "Changed the risk settings",
  "risk.block": "Blocked a position",
  "risk.unblock": "Unblocked a position",
  "risk.skip": "Asked to skip a position once",
  "risk.skipped": "Skipped a position once",
  "risk.timer_started": "Started a position’s timer",
  "risk.timer_reset": "Reset a position’s timer",
  "risk.offset_begun": "Began to pay for a loss",
  "risk.offset": "Moved an offset on",
  "queue.reordered": "Changed the queue’s order",
  "pool_settings.changed": "Changed the limit of positions",
  "configuration.imported": "Imported settings",
};

export function actionInWords(action: string): string {
  return ACTIONS[action] ?? sentence(action.replace(".", " "));
}

export function actorInWords({ actor_id }: Pick<AuditEntry, "actor_id">, me: string): string {
  if (actor_id === null) return "The platform";
  return actor_id === me ? "You" : "Another account";
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = String(value);
  return /^\d{4}-\d\d-\d\dT/.test(text)
    ? exactTime(new Date(text))
    : formatDecimal(text.replaceAll("_", " "));
}

function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
