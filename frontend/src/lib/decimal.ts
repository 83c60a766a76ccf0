/** Money and quantities come as texts and stay exact: nothing here goes through a binary fraction. */

const SHAPE = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

interface Parts {
  negative: boolean;
  whole: string;
  fraction: string;
}

function partsOf(text: string): Parts | null {
  const match = SHAPE.exec(text.trim());
  if (!match) return null;
  const [, sign = "", digits = "", decimals = "", exponent = "0"] = match;
  const point = digits.length + Number(exponent);
  const all = digits + decimals;
  const padded = point > all.length ? all.padEnd(point, "0") : point < 0 ? "0".repeat(-point) + all : all;
  const at = Math.max(0, point);
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, "") || "0";
  const fraction = padded.slice(at).replace(/0+$/, "");
  return { negative: sign === "-" && /[1-9]/.test(all), whole, fraction };
}

/** `1234.500000` → `1,234.5`; at least `least` decimals; an absent one as a dash. */
export function formatDecimal(text: string | null | undefined, least = 0): string {
  if (text == null) return "–";
  const parts = partsOf(text);
  if (!parts) return text;
  const whole = parts.whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = parts.fraction.padEnd(least, "0");
  return `${parts.negative ? "−" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** `100.500000` → `100.5`, ungrouped: for fields. */
export function plainDecimal(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** −1, 0 or 1. */
export function signOf(text: string | null | undefined): -1 | 0 | 1 {
  const parts = text == null ? null : partsOf(text);
  if (!parts || /^0*$/.test(parts.whole + parts.fraction)) return 0;
  return parts.negative ? -1 : 1;
}

/** The value without its sign. */
export function absolute(text: string): string {
  return text.trim().replace(/^[+-]/, "");
}

/** The exact sum. */
export function addDecimals(...texts: string[]): string {
  const all = texts.map((text) => partsOf(text) ?? { negative: false, whole: "0", fraction: "" });
  const scale = Math.max(0, ...all.map(({ fraction }) => fraction.length));
  const sum = all.reduce((total, { negative, whole, fraction }) => {
    const units = BigInt(whole + fraction.padEnd(scale, "0"));
    return negative ? total - units : total + units;
  }, 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${sum < 0n ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** What a person typed is a positive decimal with at most 18 digits behind the point. */
export function isPositiveDecimal(text: string): boolean {
  return /^\d{1,20}(\.\d{1,18})?$/.test(text.trim()) && signOf(text) === 1;
}

/** Cut to `digits` that count and at least `least` decimals, for figures that nobody trades by; whole digits all stay. */
export function shortened(text: string, digits = 8, least = 0): string {
  const parts = partsOf(text);
  if (!parts) return text;
  const { whole, fraction } = parts;
  const leading = whole === "0" ? fraction.length - fraction.replace(/^0+/, "").length : -whole.length;
  return cutTo(text, Math.max(least, digits + leading));
}

/** Without the decimals behind the first `places`. */
export function cutTo(text: string, places: number): string {
  const parts = partsOf(text);
  if (!parts) return text;
  const { negative, whole, fraction } = parts;
  const kept = fraction.slice(0, places);
  const sign = negative && /[1-9]/.test(whole + kept) ? "-" : "";
  return `${sign}${whole}${kept ? `.${kept}` : ""}`;
}
