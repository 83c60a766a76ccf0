import {
  IconAdjustmentsOff,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  IconMoodEmpty,
  IconPlayerStop,
  IconReplace,
  IconShieldX,
  IconStackPush,
  IconTrash,
} from "@tabler/icons-react";
import type { OutcomeText } from "./states";

const done = (label: string, words: string, icon = IconCircleCheck): OutcomeText => ({
  label,
  color: "teal",
  icon,
  words,
});
const waits = (label: string, words: string, icon = IconHourglass): OutcomeText => ({
  label,
  color: "ocean",
  icon,
  words,
});
const nothing = (label: string, words: string, icon = IconMoodEmpty): OutcomeText => ({
  label,
  color: "gray",
  icon,
  words,
});
const refused = (label: string, words: string, icon = IconCircleX): OutcomeText => ({
  label,
  color: "red",
  icon,
  words,
});

/** What becomes of the alerts of a strategy that trades grids. */
export const GRID_OUTCOMES = {
  position_opened: done("Position opened", "A position was opened and its grid placed."),
  pyramid_added: done("Pyramid added", "A further entry was added to the open position.", IconStackPush),
  queued: waits("Queued", "As many positions are open as may be; it waits for a slot."),
  replaced: waits(
    "Replaced one",
    "It took the place of an earlier alert that waits in the queue.",
    IconReplace,
  ),
  superseded: nothing("Superseded", "A later alert took its place in the queue.", IconReplace),
  unqueued: nothing("Left the queue", "It was taken out of the queue before it was opened.", IconTrash),
  queue_full: refused("Queue full", "No slot was free and as many entries wait as may."),
  queue_dropped: nothing(
    "Dropped",
    "It waited too long, or the price went too far from the alert’s.",
    IconTrash,
  ),
  already_queued: nothing("Already queued", "An entry of the same kind waits already."),
  duplicate_bar: nothing("Same candle", "This candle has added an entry to the position already."),
  max_pyramids: nothing("All entries used", "The position has as many entries as its configuration allows."),
  no_config: refused(
    "No configuration",
    "No configuration that is in use fits this pair, timeframe and key. Make one under Configurations.",
    IconAdjustmentsOff,
  ),
  entry_invalid: refused("Entry not usable", "A price or an amount of the alert cannot be used for a grid."),
  opposite_ignored: nothing(
    "Other side ignored",
    "A position of the other side is open, and the configuration ignores such alerts.",
    IconPlayerStop,
  ),
  risk_symbol_limit: refused(
    "Too many of it",
    "As many positions of this pair are open as may be.",
    IconShieldX,
  ),
  risk_exposure: refused(
    "Too much exposure",
    "It would put more at risk than the limits allow.",
    IconShieldX,
  ),
  risk_daily_loss: refused("Daily loss reached", "Today’s losses have reached the limit.", IconShieldX),
  risk_daily_trades: refused("Daily trades reached", "Today’s trades have reached the limit.", IconShieldX),
  circuit_breaker: refused("Trading paused", "The risk rules have paused new entries.", IconShieldX),
} satisfies Record<string, OutcomeText>;
