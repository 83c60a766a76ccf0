import type { ReactNode } from "react";
import type { Strategy } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { Num } from "@/ui/Num";
import { Panel } from "@/ui/Panel";
import { KeyName } from "@/ui/trading/keys";
import { amountInWords, secondsInWords, TRADINGVIEW } from "./words";

/** What the strategy does with an alert. */
export function Rules({ strategy }: { strategy: Strategy }) {
  const addresses = strategy.allowed_addresses.map((it) => (it === TRADINGVIEW ? "TradingView" : it));
  const facts: [string, ReactNode][] = [
    ["An alert is", strategy.mode === "grid" ? "an entry of a grid position" : "one order"],
    ["Key", strategy.key_id === null ? "your paper key" : <KeyName key="key" id={strategy.key_id} />],
    ["Market", strategy.market_type === "spot" ? "Spot" : "USDT-M futures"],
    ["Order type", strategy.mode === "grid" ? "by its configuration" : strategy.order_type],
    ["Amount", amountInWords(strategy)],
    [
      "At most",
      strategy.max_cost === null ? (
        "no limit"
      ) : (
        <Num key="most" value={strategy.max_cost} unit="quote an order" />
      ),
    ],
    ["Oldest alert", secondsInWords(strategy.max_lag_seconds, "any age")],
    ["Proof", proofOf(strategy)],
    ["From", addresses.length === 0 ? "any address" : addresses.join(", ")],
  ];
  return (
    <Panel title="What an alert does">
      <Facts facts={facts} />
    </Panel>
  );
}

function proofOf({ require_secret: secret, require_signature: signature }: Strategy): string {
  const needed = [secret && "the secret", signature && "a signature"].filter(Boolean);
  return needed.length === 0 ? "none beyond the address" : needed.join(" and ");
}
