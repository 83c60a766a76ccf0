import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleX,
  IconClockPause,
  IconClockX,
  IconHandStop,
  IconHourglassHigh,
  IconHelpHexagon,
  IconInbox,
  IconKeyOff,
  IconMoodEmpty,
  IconPlayerStop,
  IconSend,
  IconShieldX,
} from "@tabler/icons-react";
import type { OrderStatus, Outcome, SignalStatus } from "@/api/types";
import type { Appearance } from "../ToneBadge";
import { GRID_OUTCOMES } from "./grid-outcomes";

export const ORDER_STATES: Record<OrderStatus, Appearance> = {
  new: { label: "Waiting", color: "gray", icon: IconCircleDashed },
  sending: { label: "Sending", color: "cyan", icon: IconSend },
  open: { label: "Open", color: "ocean", icon: IconClockPause },
  partially_filled: { label: "Partly filled", color: "ocean", icon: IconCircleHalf2 },
  filled: { label: "Filled", color: "teal", icon: IconCircleCheck },
  cancelled: { label: "Cancelled", color: "gray", icon: IconPlayerStop },
  rejected: { label: "Refused", color: "red", icon: IconCircleX },
  unknown: { label: "Unknown", color: "orange", icon: IconHelpHexagon },
};

export const SIGNAL_STATES: Record<Exclude<SignalStatus, "done">, Appearance> = {
  received: { label: "Received", color: "gray", icon: IconInbox },
  claimed: { label: "Deciding", color: "cyan", icon: IconHourglassHigh },
  executing: { label: "Executing", color: "ocean", icon: IconSend },
};

export interface OutcomeText extends Appearance {
  /** What happened, and what to do about it. */
  words: string;
}

const refused = (label: string, words: string, icon = IconCircleX): OutcomeText => ({
  label,
  color: "red",
  icon,
  words,
});
const nothing = (label: string, words: string, icon = IconMoodEmpty): OutcomeText => ({
  label,
  color: "gray",
  icon,
  words,
});

export const OUTCOMES: Record<Outcome, OutcomeText> = {
  executed: {
    label: "Executed",
    color: "teal",
    icon: IconCircleCheck,
    words: "The order was placed and filled.",
  },
  exit_executed: {
    label: "Closed",
    color: "teal",
    icon: IconCircleCheck,
    words: "What was held was closed.",
  },
  resting: {
    label: "Resting",
    color: "ocean",
    icon: IconClockPause,
    words: "The order stands in the exchange’s book and waits for its price.",
  },
  unknown: {
    label: "Unknown",
    color: "orange",
    icon: IconHelpHexagon,
    words:
      "The exchange did not answer, so it is not known whether it took the order. It is asked by the order’s own id; nothing is sent twice.",
  },
  exit_no_position: nothing("Nothing to close", "The alert asked to close, and this strategy holds nothing."),
  overtaken: nothing(
    "Overtaken",
    "Its exit came before it could be sent, so it was not sent at all.",
    IconPlayerStop,
  ),
  cancelled: nothing("Cancelled", "The order was cancelled before it filled.", IconPlayerStop),
  disabled: nothing(
    "Strategy is off",
    "The strategy is switched off. Switch it on to trade.",
    IconPlayerStop,
  ),
  halted: {
    label: "Halted",
    color: "orange",
    icon: IconHandStop,
    words: "The kill switch was on, which blocks every new entry.",
  },
  below_min_notional: refused(
    "Too small",
    "The order would be smaller than the exchange accepts. Raise the amount.",
  ),
  amount_missing: refused(
    "No amount",
    "Neither the alert nor the strategy says how much. Give the strategy a default amount.",
  ),
  amount_too_large: refused(
    "Too large",
    "The order would exceed the strategy’s maximum cost or the exchange’s limit.",
  ),
  insufficient_funds: refused("Not enough funds", "The balance of the key does not cover the order."),
  symbol_unknown: refused("Unknown symbol", "The exchange of the key does not trade this symbol."),
  market_type_mismatch: refused(
    "Wrong market",
    "The symbol belongs to another market than the key: spot and futures need their own keys.",
  ),
  market_closed: refused("Market closed", "The exchange does not trade this symbol at the moment."),
  short_not_supported: refused(
    "No short on spot",
    "On spot a sell can only close what is held. Send an exit, or use a futures key.",
  ),
  no_key: refused("No key", "The strategy has no exchange key. Choose one in its settings.", IconKeyOff),
  key_refused: refused(
    "Key refused",
    "The exchange refuses the key, or it failed its test. Look at it under Keys.",
    IconKeyOff,
  ),
  action_unknown: refused("Unknown action", "The alert’s action is none that can be traded."),
  exchange_error: refused("Exchange refused", "The exchange refused the order. Its answer is shown below."),
  malformed: refused(
    "Not readable",
    "The body is not the JSON of an alert. Copy the message from the strategy.",
  ),
  placeholder: refused(
    "Placeholder left",
    "TradingView did not replace a {{placeholder}}, so the alert says nothing certain.",
  ),
  stale: {
    label: "Too old",
    color: "orange",
    icon: IconClockX,
    words: "The alert was older than the strategy allows when it arrived.",
  },
  address_refused: refused(
    "Address refused",
    "It came from an address that the strategy does not allow.",
    IconShieldX,
  ),
  ...GRID_OUTCOMES,
};

export const FALLBACK: Appearance = { label: "Unknown", color: "gray", icon: IconAlertTriangle };

const optionsOf = <Value extends string>(table: Record<Value, Appearance>) =>
  (Object.keys(table) as Value[]).map((value) => ({ value, label: table[value].label }));

export const ORDER_STATE_OPTIONS = optionsOf(ORDER_STATES);
export const OUTCOME_OPTIONS = optionsOf(OUTCOMES);
export const SIGNAL_STATE_OPTIONS = [...optionsOf(SIGNAL_STATES), { value: "done" as const, label: "Done" }];
