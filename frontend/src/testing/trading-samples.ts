import type {
  DcaConfig,
  PositionGroup,
  Order,
  OrderDetail,
  Signal,
  SignalDetail,
  Strategy,
} from "@/api/types";

export function anOrder(facts: Partial<Order> = {}): Order {
  return {
    id: "o1",
    key_id: "k1",
    book_id: "st1",
    origin: "signal",
    origin_id: "sig1",
    leg: "entry",
    purpose: "entry",
    symbol: "BTC/USDT",
    market_type: "spot",
    side: "buy",
    type: "market",
    time_in_force: null,
    amount: "0.0104",
    price: null,
    cost: null,
    reduce_only: false,
    client_id: "dcaaaaaaaaaaaaaaaaaaaaaaaaaa",
    venue_order_id: null,
    status: "new",
    filled: "0",
    average: null,
    code: null,
    detail: null,
    attempts: 0,
    created_at: "2026-01-01T12:00:00.020Z",
    sent_at: null,
    acknowledged_at: null,
    unknown_at: null,
    filled_at: null,
    settled_at: null,
    cancel_requested_at: null,
    ...facts,
  };
}

export function anOrderDetail(facts: Partial<OrderDetail> = {}): OrderDetail {
  return { ...anOrder(facts), steps: [], fills: [], answer: null, ...facts };
}

export function aSignal(facts: Partial<Signal> = {}): Signal {
  return {
    id: "sig1",
    strategy_id: "st1",
    status: "received",
    outcome: null,
    message: null,
    symbol: "BTC/USDT",
    raw_symbol: "BTCUSDT",
    action: "buy",
    address: "52.89.214.238",
    told_at: null,
    received_at: "2026-01-01T12:00:00Z",
    claimed_at: null,
    decided_at: null,
    settled_at: null,
    repeats: 0,
    replay_of: null,
    key_id: "k1",
    ...facts,
  };
}

export function aSignalDetail(facts: Partial<SignalDetail> = {}): SignalDetail {
  return {
    ...aSignal(facts),
    raw: "{}",
    group_id: null,
    content_type: "application/json",
    alert: {},
    steps: [],
    orders: [],
    ...facts,
  };
}

export function aStrategy(facts: Partial<Strategy> = {}): Strategy {
  return {
    id: "st1",
    name: "Grid",
    is_default: true,
    enabled: true,
    mode: "direct",
    key_id: null,
    market_type: "spot",
    order_type: "market",
    amount: null,
    amount_unit: "quote",
    max_cost: null,
    max_lag_seconds: null,
    expected_every_seconds: null,
    require_secret: true,
    require_signature: false,
    allowed_addresses: [],
    last_received_at: null,
    created_at: "2026-01-01T12:00:00Z",
    updated_at: "2026-01-01T12:00:00Z",
    ...facts,
  };
}

export function aConfig(facts: Partial<DcaConfig> = {}): DcaConfig {
  return {
    id: "c1",
    pair: "BTC/USDT",
    timeframe: null,
    key_id: null,
    enabled: true,
    plan: {
      entry_type: "limit",
      levels: [
        { gap: "0", weight: "50", take_profit: "1" },
        { gap: "-1", weight: "50", take_profit: "0.5" },
      ],
      pyramid_levels: {},
      capital: null,
      pyramid_capitals: {},
      max_pyramids: 5,
      tp_mode: "per_leg",
      tp_percent: null,
      pyramid_tp_percents: {},
      stop_loss_percent: null,
      trailing_percent: null,
      trailing_activation_percent: null,
      cancel_beyond_percent: null,
      entry_ttl_seconds: null,
      leverage: null,
      margin_mode: null,
      opposite: "ignore",
      max_slippage_percent: null,
      remainder: "retry",
    },
    version: 1,
    created_at: "2026-01-01T12:00:00Z",
    updated_at: "2026-01-01T12:00:00Z",
    ...facts,
  };
}

export function aGroup(facts: Partial<PositionGroup> = {}): PositionGroup {
  return {
    id: "g1",
    key_id: "k1",
    strategy_id: "st1",
    config_id: "c1",
    venue: "binance",
    environment: "paper",
    market_type: "spot",
    symbol: "BTC/USDT",
    timeframe: 15,
    side: "long",
    status: "open",
    is_manual: false,
    tp_mode: "per_leg",
    stop_price: null,
    close_reason: null,
    close_note: "",
    close_signal_id: null,
    problem: null,
    pyramids: 1,
    max_pyramids: 5,
    legs: 5,
    legs_filled: 0,
    resting: "0",
    created_at: "2026-01-01T12:00:00Z",
    closing_at: null,
    closed_at: null,
    figures: {
      held: "0",
      entered: "0",
      exited: "0",
      invested: "0",
      average: null,
      average_entry: null,
      average_exit: null,
      gross_realised: "0",
      realised: "0",
      fees: "0",
      break_even: null,
      last: null,
      gross_unrealised: null,
      unrealised: null,
      percent: null,
    },
    targets: [],
    ...facts,
  };
}
