import type { Page } from "./types";

const STEP = 200;

/** Every item of a paged list, for an export; stops at `most`. */
export async function everyItem<Item>(
  fetchPage: (at: { limit: number; offset: number }) => Promise<Page<Item>>,
  most = 10_000,
): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = await fetchPage({ limit: STEP, offset: items.length });
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= Math.min(page.total, most)) return items;
  }
}
