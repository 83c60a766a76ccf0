import { Badge, type BadgeProps, Text, Tooltip } from "@mantine/core";
import {
  IconArrowDownRight,
  IconArrowUpRight,
  IconFlask,
  IconTestPipe,
  IconWorld,
} from "@tabler/icons-react";
import type { Environment, Order, OrderStatus, Signal } from "@/api/types";
import { type Appearance, ToneBadge } from "../ToneBadge";
import { FALLBACK, ORDER_STATES, OUTCOMES, SIGNAL_STATES } from "./states";

export function OrderBadge({ status, ...rest }: { status: OrderStatus } & BadgeProps) {
  return <ToneBadge look={ORDER_STATES[status]} status={status} {...rest} />;
}

type SignalState = Pick<Signal, "status" | "outcome">;

/** A signal's outcome, or how far it has come. */
export function lookOfSignal({ status, outcome }: SignalState): Appearance {
  if (outcome) return OUTCOMES[outcome];
  return status === "done" ? FALLBACK : SIGNAL_STATES[status];
}

export function SignalBadge({ signal, ...rest }: { signal: SignalState } & BadgeProps) {
  return <ToneBadge look={lookOfSignal(signal)} status={signal.outcome ?? signal.status} {...rest} />;
}

const ENVIRONMENTS: Record<Environment, Appearance & { hint: string; variant: string }> = {
  live: { label: "Live", color: "red.9", icon: IconWorld, variant: "filled", hint: "Real money." },
  testnet: {
    label: "Testnet",
    color: "grape",
    icon: IconTestPipe,
    variant: "light",
    hint: "The exchange’s own test system. No real money.",
  },
  paper: {
    label: "Paper",
    color: "cyan",
    icon: IconFlask,
    variant: "light",
    hint: "The built-in paper exchange. No real money.",
  },
};

/** Whether it is about real money; live looks unlike the others. */
export function EnvironmentBadge({ environment, ...rest }: { environment: Environment } & BadgeProps) {
  const { label, color, icon: PlaceIcon, variant, hint } = ENVIRONMENTS[environment];
  return (
    <Tooltip label={hint}>
      <Badge
        variant={variant}
        color={color}
        tt="none"
        fw={600}
        leftSection={<PlaceIcon size={13} aria-hidden />}
        data-environment={environment}
        style={{ flexShrink: 0 }}
        {...rest}
      >
        {label}
      </Badge>
    </Tooltip>
  );
}

/** Buy or sell with an arrow, so that the colour is not the only sign. */
export function SideText({ side, purpose }: { side: Order["side"]; purpose?: Order["purpose"] }) {
  const SideIcon = side === "buy" ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Text
      span
      inherit
      fw={550}
      c={side === "buy" ? "var(--dc-gain)" : "var(--dc-loss)"}
      style={{ whiteSpace: "nowrap" }}
    >
      <SideIcon size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {side === "buy" ? "Buy" : "Sell"}
      {purpose === "exit" && (
        <Text span inherit fw={400} c="dimmed">
          {" "}
          exit
        </Text>
      )}
    </Text>
  );
}
