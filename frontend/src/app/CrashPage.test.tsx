import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createMemoryRouter, RouterProvider } from "react-router";
import { ApiProblem } from "@/api/problem";
import { CrashPage } from "./CrashPage";

afterEach(() => vi.restoreAllMocks());

function crash(error: unknown) {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const Broken = (): never => {
    throw error;
  };
  const router = createMemoryRouter([{ path: "*", element: <Broken />, errorElement: <CrashPage /> }]);
  render(
    <MantineProvider env="test">
      <RouterProvider router={router} />
    </MantineProvider>,
  );
}

describe("CrashPage", () => {
  it("says what broke, that scripts go on, and offers ways out", () => {
    crash(new Error("rows is undefined"));
    expect(screen.getByRole("heading", { name: "This page stopped working" })).toBeTruthy();
    expect(screen.getByText("rows is undefined")).toBeTruthy();
    expect(screen.getByText(/Your scripts are not affected/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Load again" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "To the overview" })).toBeTruthy();
  });

  it("tells a server that is away from a broken page", () => {
    crash(ApiProblem.unreachable());
    expect(screen.getByRole("heading", { name: "No connection" })).toBeTruthy();
    expect(screen.queryByText(/stopped working/)).toBeNull();
  });
});
