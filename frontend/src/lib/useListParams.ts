import { useUrlParams } from "./useUrlParams";

export interface ListParams {
  q: string;
  /** From 1. */
  page: number;
  sort: string;
  offset: number;
  limit: number;
  one: (name: string) => string | null;
  many: (name: string) => string[];
  /** Change filters in the URL; empty values are removed and the page starts again at 1. */
  set: (changes: Record<string, string | string[] | null>) => void;
  setPage: (page: number) => void;
}

/** A list's search, filters, sort and page, kept in the URL. */
export function useListParams(defaults: { sort: string; limit?: number }): ListParams {
  const [params, change] = useUrlParams();
  const limit = defaults.limit ?? 25;
  const page = Math.max(1, Number.parseInt(params.get("page") ?? "1", 10) || 1);

  const set: ListParams["set"] = (changes) =>
    change(
      (next) => {
        next.delete("page");
        for (const [name, value] of Object.entries(changes)) {
          next.delete(name);
          for (const item of Array.isArray(value) ? value : [value]) if (item) next.append(name, item);
        }
      },
      { replace: true },
    );

  const setPage = (to: number) =>
    change((next) => {
      if (to > 1) next.set("page", String(to));
      else next.delete("page");
    });

  return {
    q: params.get("q") ?? "",
    sort: params.get("sort") ?? defaults.sort,
    page,
    limit,
    offset: (page - 1) * limit,
    one: (name) => params.get(name),
    many: (name) => params.getAll(name),
    set,
    setPage,
  };
}
