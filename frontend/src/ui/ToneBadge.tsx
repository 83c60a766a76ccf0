import { Badge, type BadgeProps } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";

export interface Appearance {
  label: string;
  color: string;
  icon: Icon;
}

interface ToneBadgeProps extends BadgeProps {
  look: Appearance;
  /** The code behind the word. */
  status: string;
}

/** A state as icon and word, never as colour alone. */
export function ToneBadge({ look, status, ...rest }: ToneBadgeProps) {
  const { label, color, icon: StateIcon } = look;
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={550}
      leftSection={<StateIcon size={13} aria-hidden />}
      data-status={status}
      style={{ flexShrink: 0, minWidth: "max-content" }}
      {...rest}
    >
      {label}
    </Badge>
  );
}
