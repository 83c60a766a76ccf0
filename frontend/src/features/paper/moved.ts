/** A price changed by that many per cent, exact, with the decimals that it had. */
export function moved(price: string, percent: number): string {
  const [whole = "0", fraction = ""] = price.split(".");
  const factor = BigInt(Math.round((100 + percent) * 10));
  const units = (BigInt(whole + fraction) * factor) / 1000n;
  const digits = units.toString().padStart(fraction.length + 1, "0");
  const at = digits.length - fraction.length;
  return fraction ? `${digits.slice(0, at)}.${digits.slice(at)}` : digits;
}
