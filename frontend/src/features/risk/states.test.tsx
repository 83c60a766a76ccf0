import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aCandidate, anEngine, aPlan, aRisk, aUsage, riskSettings } from "@/testing/risk-samples";
import { renderPage } from "@/testing/render";
import { Candidates } from "./Candidates";
import { EngineState } from "./EngineState";
import { Limits } from "./Limits";
import { PlanPanel } from "./PlanPanel";

const SETTINGS = {
  version: 1,
  settings: riskSettings({ daily_loss_closes: true }),
  effects: { max_exposure: "blocks entries", max_daily_loss: "blocks entries" },
} as const;

const loaded = { error: null, isPending: false, refetch: () => undefined };

describe("the state of entries", () => {
  it("tells why they are stopped and that exits go on", () => {
    const stop = { state: "stopped", stopped_at: "2026-01-01T12:00:00Z" } as const;
    renderPage(
      <EngineState engine={anEngine({ ...stop, reason: "Entries are stopped: news" })} realised={{}} />,
    );
    const state = screen.getByTestId("engine");
    expect(state.textContent).toContain("Entries are stopped: news");
    expect(state.textContent).toContain("Exits, take profits, stop losses and offsets go on.");
  });

  it("tells that midnight does not lift the pause", () => {
    const pause = { state: "paused", loss_paused_at: "2026-01-01T12:00:00Z" } as const;
    renderPage(<EngineState engine={anEngine(pause)} realised={{ "live:USD": "-512.5" }} />);
    expect(screen.getByTestId("engine").textContent).toContain("midnight does not lift the pause");
    expect(screen.getByText(/−512\.50/).textContent).toContain("USD");
  });
});

describe("the limits", () => {
  it("say of each what it does, and when it is reached", () => {
    const usages = [
      aUsage(),
      aUsage({ name: "max_daily_loss", used: "500.5", limit: "500.5", is_reached: true }),
    ];
    const { container } = renderPage(<Limits usages={usages} settings={SETTINGS} />);
    const of = (name: string) => container.querySelector<HTMLElement>(`[data-limit=${name}]`);
    expect(of("max_exposure")?.textContent).toContain("Blocks entries");
    expect(of("max_exposure")?.textContent).not.toContain("Closes positions");
    expect(of("max_daily_loss")?.textContent).toContain("reached");
    expect(of("max_daily_loss")?.textContent).toContain("Closes positions");
  });

  it("are listed also while nothing is used of them", () => {
    const { container } = renderPage(<Limits usages={[]} settings={SETTINGS} />);
    expect(container.querySelectorAll("[data-limit]")).toHaveLength(5);
  });
});

describe("losing positions", () => {
  it("count their timers down and offer what can be done", () => {
    const soon = new Date(Date.now() + 125_000).toISOString();
    const candidates = [
      aCandidate({ timer_expires_at: soon }),
      aCandidate({ group_id: "g2", symbol: "XRP/USDT", timer_expires_at: null }),
    ];
    const data = aRisk({ candidates });
    renderPage(<Candidates query={{ ...loaded, data }} settings={SETTINGS.settings} acts />);
    const table = screen.getByRole("table", { name: "Losing positions" });
    expect(within(table).getByRole("timer").textContent).toMatch(/^2 m 0\d s left$/);
    expect(within(table).getByText("not started")).toBeTruthy();
    expect(within(table).getByRole("button", { name: "More for XRP/USDT" })).toBeTruthy();
  });
});

describe("the plan", () => {
  it("names the parts and offers to run it only when it is covered", () => {
    const plan = aPlan();
    renderPage(<PlanPanel plan={plan} candidates={[aCandidate()]} acts />);
    expect(screen.getByText("1.5 ETH, all of it")).toBeTruthy();
    expect(screen.getByText("when you run it")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Run now" })).toBeTruthy();
  });

  it("is not offered when the winners cannot pay", () => {
    renderPage(<PlanPanel plan={aPlan({ covers: false, slices: [] })} candidates={[aCandidate()]} acts />);
    expect(screen.getByText("no: nothing is closed")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Run now" })).toBeNull();
  });
});
