import { Text, type TextProps } from "@mantine/core";
import { formatDecimal } from "@/lib/decimal";

interface NumProps extends TextProps {
  value: string | null | undefined;
  /** Such as an asset, behind the number. */
  unit?: string | null;
  least?: number;
}

/** An exact decimal, grouped, in tabular figures. */
export function Num({ value, unit, least, ...text }: NumProps) {
  return (
    <Text span inherit className="dc-num" {...text}>
      {formatDecimal(value, least)}
      {unit && value != null && (
        <Text span inherit c="dimmed">
          {" "}
          {unit}
        </Text>
      )}
    </Text>
  );
}
