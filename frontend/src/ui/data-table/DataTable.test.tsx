import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import { renderPage } from "@/testing/render";
import { DataTable } from "./DataTable";
import type { Column, DataTableProps } from "./types";

interface Row {
  name: string;
  size: number;
}

const COLUMNS: Column<Row>[] = [
  { key: "name", header: "Name", sort: "name", render: ({ name }) => name },
  { key: "size", header: "Size", numeric: true, render: ({ size }) => size },
  { key: "secret", header: "Only exported", csv: () => "x" },
];

function show(props: Partial<DataTableProps<Row>>) {
  const query = {
    data: { items: [{ name: "a.py", size: 1 }], total: 1 },
    error: null,
    isPending: false,
    refetch: vi.fn(),
  };
  const table = {
    label: "Files",
    columns: COLUMNS,
    query,
    rowKey: ({ name }: Row) => name,
    empty: "Nothing yet",
  };
  return renderPage(<DataTable<Row> {...table} {...props} />);
}

const waiting = { error: null, isPending: true, refetch: vi.fn() };

describe("DataTable", () => {
  it("shows rows, and no column that is only for the export", () => {
    show({});
    expect(screen.getByRole("cell", { name: "a.py" })).toBeTruthy();
    expect(screen.queryByText("Only exported")).toBeNull();
  });

  it("says that it is loading, that it is empty, and what failed with a way to try again", async () => {
    const loading = show({ query: waiting });
    expect(screen.getByRole("status", { name: "Loading Files" })).toBeTruthy();
    loading.unmount();
    const empty = show({ query: { ...waiting, isPending: false, data: { items: [], total: 0 } } });
    expect(screen.getByText("Nothing yet")).toBeTruthy();
    empty.unmount();
    const refetch = vi.fn();
    const error = new ApiProblem(503, { title: "Unavailable", detail: "The database is away." });
    show({ query: { error, isPending: false, refetch } });
    expect(within(screen.getByRole("alert")).getByText("The database is away.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(refetch).toHaveBeenCalledOnce();
  });

  it("asks for the other order when a heading is pressed again", async () => {
    const onSort = vi.fn();
    const first = show({ sorting: { sort: "size", onSort } });
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith("-name");
    first.unmount();
    show({ sorting: { sort: "-name", onSort } });
    expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("descending");
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith("name");
  });

  it("pages through what does not fit", async () => {
    const onPage = vi.fn();
    const rows = Array.from({ length: 25 }, (_, index) => ({ name: `${index}.py`, size: index }));
    show({
      query: { ...waiting, isPending: false, data: { items: rows, total: 60 } },
      paging: { page: 2, limit: 25, onPage },
    });
    expect(screen.getByText(/26–\s*50 of 60/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "next page" }));
    expect(onPage).toHaveBeenCalledWith(3);
  });

  it("leads to a row's page", async () => {
    const { router } = show({ rowTo: ({ name }) => `/files/${name}` });
    await userEvent.click(screen.getByRole("cell", { name: "a.py" }));
    expect(router.state.location.pathname).toBe("/files/a.py");
  });
});
