import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { ButtonProps } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { toastDone } from "../toast";
import { useRunActions } from "./useRunActions";

interface RunButtonProps extends ButtonProps {
  script: { id: string; name: string };
  label?: string;
  /** Only the icon, for rows of a list. */
  compact?: boolean;
  /** Go to the new run instead of saying that it was started. */
  open?: boolean;
}

export function RunButton({
  script,
  label = "Run",
  compact = false,
  open = false,
  ...button
}: RunButtonProps) {
  const { start, starting } = useRunActions();
  const navigate = useNavigate();
  const run = async () => {
    const started = await start(script.id);
    if (!started) return;
    if (open) void navigate(`/runs/${started.id}`);
    else
      toastDone(
        started.queue_position === null ? "Started." : `Queued at place ${started.queue_position}.`,
        script.name,
      );
  };
  if (compact)
    return (
      <Tooltip label={label}>
        <ActionIcon
          color="teal"
          variant="light"
          aria-label={`${label} ${script.name}`}
          loading={starting}
          onClick={() => void run()}
        >
          <IconPlayerPlay size={17} />
        </ActionIcon>
      </Tooltip>
    );
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      loading={starting}
      onClick={() => void run()}
      {...button}
    >
      {label}
    </Button>
  );
}
