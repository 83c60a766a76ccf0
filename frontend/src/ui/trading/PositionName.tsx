import { Text } from "@mantine/core";
import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import type { PositionSide } from "@/api/types";
import { shortTimeframe } from "./timeframes";

/** Long or short with an arrow, so that the colour is not the only sign. */
export function PositionSideText({ side }: { side: PositionSide }) {
  const SideIcon = side === "long" ? IconTrendingUp : IconTrendingDown;
  return (
    <Text
      span
      inherit
      fw={550}
      c={side === "long" ? "var(--dc-gain)" : "var(--dc-loss)"}
      style={{ whiteSpace: "nowrap" }}
    >
      <SideIcon size={14} aria-hidden style={{ verticalAlign: "-2px" }} />{" "}
      {side === "long" ? "Long" : "Short"}
    </Text>
  );
}

/** `BTC/USDT 15m` */
export function positionName({ symbol, timeframe }: { symbol: string; timeframe: number }): string {
  return [symbol, shortTimeframe(timeframe)].filter(Boolean).join(" ");
}
