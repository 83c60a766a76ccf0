import { Group, Paper, Skeleton, Text } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

interface StatProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  icon?: Icon;
  color?: string;
  loading?: boolean;
  to?: string;
}

/** One figure with its name. */
export function Stat({ label, value, note, icon: StatIcon, color, loading = false, to }: StatProps) {
  const body = (
    <>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        {StatIcon && (
          <StatIcon
            size={18}
            stroke={1.6}
            color={`var(--mantine-color-${color ?? "dimmed"}${color ? "-light-color" : ""})`}
            aria-hidden
          />
        )}
      </Group>
      {loading ? (
        <Skeleton h={28} w={64} my={4} />
      ) : (
        <Text className="dc-num" fz={26} fw={650} lh={1.35}>
          {value}
        </Text>
      )}
      <Text size="xs" c="dimmed" mih="1.2rem">
        {note}
      </Text>
    </>
  );
  const look = { px: "md", py: "sm" } as const;
  return to ? (
    <Paper {...look} component={Link} to={to} className="dc-tile">
      {body}
    </Paper>
  ) : (
    <Paper {...look}>{body}</Paper>
  );
}
