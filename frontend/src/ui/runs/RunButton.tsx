import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { ButtonProps } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import type { Run } from "@/api/types";
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
  const { execute } = useRunActions();
  const navigate = useNavigate();
  const started = (run: Run) => {
    if (open) void navigate(`/runs/${run.id}`);
    else
      toastDone(
        run.queue_position === null ? "Started." : `Queued at place ${run.queue_position}.`,
        script.name,
      );
  };
  const start = () => execute.mutate({ params: { path: { script_id: script.id } } }, { onSuccess: started });
  if (compact)
    return (
      <Tooltip label={label}>
        <ActionIcon
          color="teal"
          variant="light"
          aria-label={`${label} ${script.name}`}
          loading={execute.isPending}
          onClick={start}
        >
          <IconPlayerPlay size={17} />
        </ActionIcon>
      </Tooltip>
    );
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      loading={execute.isPending}
      onClick={start}
      {...button}
    >
      {label}
    </Button>
  );
}
