import type { Risk, RiskCandidate, RiskEngine, RiskPlan, RiskSettings, RiskUsage } from "@/api/types";

export function anEngine(facts: Partial<RiskEngine> = {}): RiskEngine {
  return {
    state: "running",
    reason: "",
    stopped_at: null,
    loss_paused_at: null,
    restarted_at: null,
    ...facts,
  };
}

export function aCandidate(facts: Partial<RiskCandidate> = {}): RiskCandidate {
  return {
    group_id: "g1",
    symbol: "BTC/USDT",
    side: "long",
    purse: "paper:USD",
    pnl: "-90",
    pnl_percent: "-3",
    pyramids: 3,
    open_legs: 0,
    timer_started_at: "2026-01-01T12:00:00Z",
    timer_expires_at: "2026-01-01T12:15:00Z",
    is_blocked: false,
    skip_once: false,
    hindrance: "timer_running",
    ...facts,
  };
}

export function aUsage(facts: Partial<RiskUsage> = {}): RiskUsage {
  return {
    purse: "live:USD",
    name: "max_exposure",
    effect: "blocks entries",
    used: "8500",
    limit: "10000",
    is_reached: false,
    ...facts,
  };
}

export function aPlan(facts: Partial<RiskPlan> = {}): RiskPlan {
  return {
    loser_id: "g1",
    symbol: "BTC/USDT",
    need: "92.91",
    expected: "92.911845",
    covers: true,
    note: "",
    is_due: false,
    slices: [
      { group_id: "g2", symbol: "ETH/USDT", amount: "1.5", expected: "85.41", is_whole: true },
      { group_id: "g3", symbol: "SOL/USDT", amount: "2.635", expected: "7.501845", is_whole: false },
    ],
    ...facts,
  };
}

export function riskSettings(facts: Partial<RiskSettings> = {}): RiskSettings {
  return {
    max_groups_per_symbol: null,
    max_exposure_per_symbol: null,
    max_exposure: "10000",
    max_daily_loss: "500.50",
    max_daily_trades: 40,
    daily_loss_closes: false,
    offset_enabled: true,
    loss_threshold_percent: "-1.50",
    required_pyramids: 3,
    wait_minutes: 15,
    max_winners: 3,
    max_winner_fraction_percent: "100",
    min_close_notional: "20",
    ...facts,
  };
}

export function aRisk(facts: Partial<Risk> = {}): Risk {
  return {
    engine: anEngine(),
    realised_today: {},
    limits: [],
    candidates: [],
    plan: null,
    running_offset_id: null,
    ...facts,
  };
}
