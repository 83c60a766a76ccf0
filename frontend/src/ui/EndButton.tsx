import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";

interface EndButtonProps {
  label: string;
  /** What it ends, for those who hear the page. */
  target: string;
  icon: Icon;
  /** It was asked for already. */
  asked: boolean;
  /** The request is on its way. */
  loading: boolean;
  compact?: boolean;
  onClick: () => void;
}

/** Ends something that is under way: an icon in a row, a button on a page. */
export function EndButton({ label, target, icon: Shape, asked, loading, compact, onClick }: EndButtonProps) {
  if (compact)
    return (
      <Tooltip label={label}>
        <ActionIcon
          color="red"
          variant="light"
          aria-label={`${label} ${target}`}
          loading={asked}
          onClick={onClick}
        >
          <Shape size={17} />
        </ActionIcon>
      </Tooltip>
    );
  return (
    <Button
      color="red"
      variant="light"
      leftSection={<Shape size={16} aria-hidden />}
      disabled={asked}
      loading={loading}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
