/** The unified symbol on that kind of market: `BTC/USDT` becomes `BTC/USDT:USDT` on futures. */
export function symbolOn(marketType: string | undefined, pair: string): string {
  const [plain = "", settled] = pair.trim().toUpperCase().split(":");
  const quote = plain.split("/")[1];
  if (plain === "" || !quote) return "";
  return marketType === "spot" || marketType === undefined ? plain : `${plain}:${settled ?? quote}`;
}
