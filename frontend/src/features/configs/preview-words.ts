/** The unified symbol on that kind of market: `BTC/USDT` becomes `BTC/USDT:USDT` on futures. */
export function symbolOn(marketType: string | undefined, pair: string): string {
  const [plain = "", settled] = pair.trim().toUpperCase().split(":");
  const quote = plain.split("/")[1];
  if (plain === "" || !quote) return "";
  return marketType === "spot" || marketType === undefined ? plain : `${plain}:${settled ?? quote}`;
}

/** A refusal that names its leg as the form counts them, from 1. */
export function refusalOf({ leg, message }: { leg: number; message: string }): string {
  return `Leg ${leg + 1} ${message.replace(/^Leg \d+ /, "")}`;
}
