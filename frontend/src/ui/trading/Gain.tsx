import { Text, type TextProps } from "@mantine/core";
import { cutTo, formatDecimal, shortened, signOf } from "@/lib/decimal";

interface GainProps extends TextProps {
  value: string | null | undefined;
  unit?: string;
  /** A percent: two decimals. */
  percent?: boolean;
}

/** A profit or a loss: with its sign, so that the colour is not the only one. */
export function Gain({ value, unit, percent = false, ...text }: GainProps) {
  const cut = value == null ? null : percent ? cutTo(value, 2) : shortened(value, 5, 2);
  const sign = signOf(cut);
  return (
    <Text
      span
      inherit
      className="dc-num"
      c={cut === null ? "dimmed" : sign > 0 ? "var(--dc-gain)" : sign < 0 ? "var(--dc-loss)" : undefined}
      {...text}
    >
      {sign > 0 ? "+" : ""}
      {formatDecimal(cut, 2)}
      {cut === null ? "" : percent ? " %" : unit && ` ${unit}`}
    </Text>
  );
}
