import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import type { Page } from "./types";

type Which = (query: Query) => boolean;

/** The least pause between two refetches that pushes cause. */
const SETTLE = 250;
/** The pause for figures that cost the server more than a list does. */
export const SLOWLY = 3000;

export function pathOf(key: QueryKey): string {
  return typeof key[1] === "string" ? key[1] : "";
}

type Filter = string | string[] | number | undefined;
interface Init {
  params?: { path?: Record<string, string>; query?: Record<string, Filter> };
}

/** Is `id` the path parameter of this query? */
export function names(key: QueryKey, parameter: string, id: string): boolean {
  return (key[2] as Init | undefined)?.params?.path?.[parameter] === id;
}

/** The query's filter of that name as a list; empty: not filtered. */
export function filterOf(key: QueryKey, name: string): string[] {
  const value = (key[2] as Init | undefined)?.params?.query?.[name] ?? [];
  return [value].flat().map(String);
}

/** Does this list let through what has these values? A filter that is not named here lets everything through. */
export function lets(key: QueryKey, values: Record<string, string | null>): boolean {
  return Object.entries(values).every(([name, value]) => {
    const wanted = filterOf(key, name);
    return wanted.length === 0 || (value !== null && wanted.includes(value));
  });
}

/** An answer on its way may be older than the event: it is asked for again. */
export function patch<Data>(client: QueryClient, query: Query, change: (data: Data) => Data): void {
  if (query.state.fetchStatus === "fetching")
    refetchSoon(client, ({ queryHash }) => queryHash === query.queryHash);
  if (query.state.data !== undefined) client.setQueryData(query.queryKey, change(query.state.data as Data));
}

interface PagePatch<Item> {
  item: Item;
  matches: boolean;
  /** Whether it may have been counted here, on another page, until now. */
  left?: boolean;
  /** Whether the item may stand on this page although the page does not show it yet. */
  isNews: (newest: Item | undefined) => boolean;
  laterOf: (known: Item, item: Item) => Item;
}

/** Bring a page of a list up to date; what enters or leaves it makes it ask again. */
export function patchPage<Item extends { id: string }>(
  client: QueryClient,
  query: Query,
  { item, matches, left = false, isNews, laterOf }: PagePatch<Item>,
): void {
  const page = query.state.data as Page<Item> | undefined;
  const shown = page?.items.some(({ id }) => id === item.id) ?? false;
  if (shown)
    patch<Page<Item>>(client, query, (old) => ({
      ...old,
      items: old.items.map((it) => (it.id === item.id ? laterOf(it, item) : it)),
    }));
  const goes = shown ? !matches : left && page !== undefined && page.total > page.items.length;
  if (goes || (!shown && matches && isNews(page?.items[0])))
    refetchSoon(client, ({ queryHash }) => queryHash === query.queryHash);
}

interface Waiting {
  filters: Set<Which>;
  ranAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const due = new WeakMap<QueryClient, Map<number, Waiting>>();

/** Ask again for what `which` names: at once, but a burst of events costs one refetch per `pause`. */
export function refetchSoon(client: QueryClient, which: Which, pause = SETTLE): void {
  const pauses = due.get(client) ?? new Map<number, Waiting>();
  due.set(client, pauses);
  const waiting = pauses.get(pause) ?? { filters: new Set(), ranAt: -Infinity, timer: undefined };
  pauses.set(pause, waiting);
  waiting.filters.add(which);
  waiting.timer ??= setTimeout(
    () => {
      const filters = [...waiting.filters];
      Object.assign(waiting, { filters: new Set(), ranAt: Date.now(), timer: undefined });
      void client.invalidateQueries({ predicate: (query) => filters.some((filter) => filter(query)) });
    },
    Math.max(0, waiting.ranAt + pause - Date.now()),
  );
}
