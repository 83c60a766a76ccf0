import { expect, it } from "vitest";
import { isByHand, pinnedAfter } from "./order";

const queue = (...ids: string[]) => ids.map((id) => ({ id, pinned: null as number | null }));

it("moving one up pins it and what now stands before it", () => {
  expect(pinnedAfter(queue("a", "b", "c"), 1, 0)).toEqual(["b", "a"]);
  expect(pinnedAfter(queue("a", "b", "c"), 2, 1)).toEqual(["a", "c", "b"]);
});

it("moving one down pins all down to it", () =>
  expect(pinnedAfter(queue("a", "b", "c"), 0, 1)).toEqual(["b", "a"]));

it("keeps the places that others were given", () => {
  const entries = queue("a", "b", "c", "d");
  for (const at of [0, 1, 2]) entries[at] = { id: entries[at]?.id ?? "", pinned: at };
  expect(pinnedAfter(entries, 1, 0)).toEqual(["b", "a", "c"]);
  expect(isByHand(entries)).toBe(true);
  expect(isByHand(queue("a"))).toBe(false);
});

it("moves nothing beyond the ends", () => {
  expect(pinnedAfter(queue("a", "b"), 0, -1)).toEqual([]);
  expect(pinnedAfter(queue("a", "b"), 1, 2)).toEqual([]);
});
