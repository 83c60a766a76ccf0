import { IconCheck, IconEyeOff, IconHelpHexagon, IconX } from "@tabler/icons-react";
import type { Ticket, TicketStatus } from "@/api/types";
import type { Appearance } from "@/ui/ToneBadge";

export type Decision = "adopt" | "close" | "ignore";

interface Choice {
  /** On the button. */
  label: string;
  /** What it does, as the confirm dialog says it. */
  does: string;
}

interface Kind {
  label: string;
  choices: Partial<Record<Decision, Choice>>;
}

const ignore: Choice = {
  label: "Ignore",
  does: "Nothing is done and nothing is asked about this again. The difference stays.",
};

const KINDS: Record<string, Kind> = {
  foreign_order: {
    label: "Order that is not ours",
    choices: {
      adopt: {
        label: "Adopt",
        does: "The order becomes part of the book: its fills count, and the kill switch cancels it too. At the exchange nothing changes.",
      },
      close: {
        label: "Cancel it",
        does: "The order is cancelled at the exchange. What it has filled stays.",
      },
      ignore,
    },
  },
  foreign_trade: {
    label: "Trade that is not ours",
    choices: {
      adopt: {
        label: "Adopt",
        does: "The trades are booked as fills that belong to no strategy. At the exchange nothing changes.",
      },
      ignore,
    },
  },
  position_mismatch: {
    label: "Position differs",
    choices: {
      adopt: {
        label: "Adopt",
        does: "The book takes over what the exchange says: the difference is booked as a correction. At the exchange nothing changes.",
      },
      close: {
        label: "Close it",
        does: "What the exchange has more than the book is closed by a reduce-only order at market.",
      },
      ignore,
    },
  },
  balance_mismatch: {
    label: "Balance is short",
    choices: {
      adopt: {
        label: "Adopt",
        does: "The book takes over what the exchange says: what is missing is booked off the strategies that hold most. At the exchange nothing changes.",
      },
      ignore,
    },
  },
  order_missing: {
    label: "Order is gone",
    choices: {
      adopt: {
        label: "Give it up",
        does: "The order counts as cancelled with what it had filled. At the exchange nothing changes.",
      },
      ignore,
    },
  },
};

/** What a kind of ticket is called, and what can be decided about it. */
export function kindOf(ticket: Pick<Ticket, "kind">): Kind {
  return KINDS[ticket.kind] ?? { label: ticket.kind.replaceAll("_", " "), choices: { ignore } };
}

export const TICKET_STATES: Record<TicketStatus, Appearance> = {
  open: { label: "Open", color: "orange", icon: IconHelpHexagon },
  adopted: { label: "Adopted", color: "teal", icon: IconCheck },
  closed: { label: "Closed", color: "teal", icon: IconX },
  ignored: { label: "Ignored", color: "gray", icon: IconEyeOff },
  resolved: { label: "Vanished by itself", color: "teal", icon: IconCheck },
};

/** One side of the evidence as names and values; null when that side has nothing. */
export function evidenceRows(side: unknown): [name: string, value: string][] | null {
  if (side === null || side === undefined) return null;
  if (typeof side !== "object") return [["value", String(side)]];
  const rows = Object.entries(side).flatMap(([name, value]): [string, string][] => {
    if (value === null) return [];
    if (Array.isArray(value))
      return value.flatMap((item, index) =>
        (evidenceRows(item) ?? []).map(([inner, text]): [string, string] => [
          value.length > 1 ? `${inner} (${index + 1})` : inner,
          text,
        ]),
      );
    if (typeof value === "object") return evidenceRows(value) ?? [];
    return [[name.replaceAll("_", " "), String(value)]];
  });
  return rows.length > 0 ? rows : null;
}
