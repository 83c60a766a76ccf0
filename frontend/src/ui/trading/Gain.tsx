import { Text, type TextProps } from "@mantine/core";
import { formatDecimal, shortened, signOf } from "@/lib/decimal";

interface GainProps extends TextProps {
  value: string | null | undefined;
  unit?: string;
  least?: number;
}

/** A profit or a loss: with its sign, so that the colour is not the only one. */
export function Gain({ value, unit, least = 2, ...text }: GainProps) {
  const sign = signOf(value);
  return (
    <Text
      span
      inherit
      className="dc-num"
      c={value == null ? "dimmed" : sign > 0 ? "var(--dc-gain)" : sign < 0 ? "var(--dc-loss)" : undefined}
      {...text}
    >
      {sign > 0 ? "+" : ""}
      {value == null ? "–" : formatDecimal(shortened(value), least)}
      {unit && value != null ? ` ${unit}` : ""}
    </Text>
  );
}
