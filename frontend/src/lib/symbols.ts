/** `BTC` of `BTC/USDT` and of `BTC/USDT:USDT`. */
export function baseOf(symbol: string): string {
  return symbol.split("/")[0] ?? symbol;
}

/** `USDT` of `BTC/USDT` and of `BTC/USDT:USDT`. */
export function quoteOf(symbol: string): string {
  return symbol.split("/")[1]?.split(":")[0] ?? "";
}
