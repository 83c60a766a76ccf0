import { act } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderPage } from "@/testing/render";
import { type ListParams, useListParams } from "./useListParams";

function at(path: string) {
  const held: { params?: ListParams } = {};
  function Probe() {
    held.params = useListParams({ sort: "-queued_at", limit: 25 });
    return null;
  }
  const { router } = renderPage(<Probe />, path);
  const params = (): ListParams => {
    if (!held.params) throw new Error("not rendered");
    return held.params;
  };
  return { params, search: () => router.state.location.search };
}

describe("useListParams", () => {
  it("reads filters, sort and page from the URL", () => {
    const { params } = at("/?q=grid&status=failed&status=lost&page=3&sort=name");
    expect(params()).toMatchObject({ q: "grid", sort: "name", page: 3, offset: 50, limit: 25 });
    expect(params().many("status")).toEqual(["failed", "lost"]);
  });

  it("falls back for what is absent or nonsense", () => {
    expect(at("/?page=x").params()).toMatchObject({ q: "", sort: "-queued_at", page: 1, offset: 0 });
  });

  it("starts again at the first page when a filter changes, and keeps the others", async () => {
    const { params, search } = at("/?q=grid&page=3");
    await act(() => Promise.resolve(params().set({ status: ["failed", "lost"] })));
    expect(search()).toBe("?q=grid&status=failed&status=lost");
    await act(() => Promise.resolve(params().set({ q: "", status: null })));
    expect(search()).toBe("");
  });

  it("keeps both of two changes that follow each other before the first is shown", async () => {
    const { params, search } = at("/?new=1&page=2");
    const { set } = params();
    await act(() => {
      set({ new: null });
      set({ q: "grid" });
      return Promise.resolve();
    });
    expect(search()).toBe("?q=grid");
  });

  it("writes the page, except the first", async () => {
    const { params, search } = at("/?q=grid");
    await act(() => Promise.resolve(params().setPage(2)));
    expect(search()).toBe("?q=grid&page=2");
    await act(() => Promise.resolve(params().setPage(1)));
    expect(search()).toBe("?q=grid");
  });
});
