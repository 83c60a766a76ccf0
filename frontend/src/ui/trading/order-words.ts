import type { Order, Signal } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { baseOf, quoteOf } from "@/lib/symbols";

/** `Buy 0.0104 BTC at market`, `Sell 0.5 ETH at 3,000`, `Buy for 100 USDT at market`. */
export function orderInWords(
  order: Pick<Order, "side" | "symbol" | "type" | "amount" | "cost" | "price">,
): string {
  const verb = order.side === "buy" ? "Buy" : "Sell";
  const what =
    order.amount === null
      ? `${baseOf(order.symbol)} for ${formatDecimal(order.cost)} ${quoteOf(order.symbol)}`
      : `${formatDecimal(order.amount)} ${baseOf(order.symbol)}`;
  return `${verb} ${what} at ${order.type === "market" ? "market" : formatDecimal(order.price)}`;
}

/** `Buy BTC/USDT`: what an alert asked for, as far as it was understood. */
export function signalTitle({ action, symbol, raw_symbol }: Signal): string {
  const words = action ? action.charAt(0).toUpperCase() + action.slice(1) : "Alert";
  return `${words} ${symbol ?? raw_symbol ?? "without a symbol"}`;
}
