import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type User = Schemas["UserOut"];
export type Role = Schemas["Role"];
export type Session = Schemas["SessionOut"];
export type Token = Schemas["TokenOut"];
export type NewToken = Schemas["NewTokenOut"];
export type Script = Schemas["ScriptOut"];
export type ScriptSettings = Schemas["ScriptSettings"];
export type ScriptSettingsOut = Schemas["ScriptSettingsOut"];
export type ScriptContent = Schemas["ContentOut"];
export type ScriptVersion = Schemas["VersionOut"];
export type Run = Schemas["RunOut"];
export type RunStatus = Schemas["RunStatus"];
export type RunLimits = Schemas["RunLimitsOut"];
export type LogFragment = Schemas["LogFragmentOut"];
export type LogPage = Schemas["LogPageOut"];
export type Monitor = Schemas["MonitorOut"];
export type Worker = Schemas["WorkerOut"];
export type Secret = Schemas["SecretOut"];
export type Package = Schemas["PackageOut"];

/** One page of a list: `items` from `offset` on, out of `total`. */
export interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
}

export const ACTIVE_STATES: readonly RunStatus[] = ["queued", "starting", "running", "cancelling"];

export function isActive(status: RunStatus | "uploaded"): boolean {
  return (ACTIVE_STATES as readonly string[]).includes(status);
}
