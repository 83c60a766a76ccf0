import type { ExchangeKey } from "@/api/types";

/** `Paper spot`; a key that was deleted is said to be. */
export function keyLabel(keys: readonly ExchangeKey[] | undefined, id: string | null): string {
  if (id === null) return "no key";
  if (!keys) return "…";
  return keys.find((key) => key.id === id)?.label ?? "deleted key";
}

/** What a select offers: label and id. */
export function keyOptions(keys: readonly ExchangeKey[] | undefined): { value: string; label: string }[] {
  return (keys ?? []).map(({ id, label, environment }) => ({
    value: id,
    label: environment === "paper" ? label : `${label} (${environment})`,
  }));
}
