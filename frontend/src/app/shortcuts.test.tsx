import { fireEvent } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderPage } from "@/testing/render";
import { useShortcuts } from "./useShortcuts";

function show() {
  const help = vi.fn();
  function Probe() {
    useShortcuts(help);
    return <input aria-label="note" />;
  }
  const view = renderPage(<Probe />, "/monitor");
  const press = (key: string, target: Element = document.body) => fireEvent.keyDown(target, { key });
  return { ...view, help, press, path: () => view.router.state.location.pathname };
}

describe("useShortcuts", () => {
  it("goes to a page with g and its letter", () => {
    const { press, path } = show();
    press("g");
    press("r");
    expect(path()).toBe("/runs");
  });

  it("needs the g first, and forgets it after another key", () => {
    const { press, path } = show();
    press("r");
    press("g");
    press("z");
    press("r");
    expect(path()).toBe("/monitor");
  });

  it("shows the keys on ?", () => {
    const { press, help } = show();
    press("?");
    expect(help).toHaveBeenCalledOnce();
  });

  it("does nothing while somebody types", () => {
    const { press, path, help, getByLabelText } = show();
    for (const key of ["g", "r", "?"]) press(key, getByLabelText("note"));
    expect(path()).toBe("/monitor");
    expect(help).not.toHaveBeenCalled();
  });
});
