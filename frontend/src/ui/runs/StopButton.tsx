import { IconPlayerStop } from "@tabler/icons-react";
import type { Run } from "@/api/types";
import { askToConfirm } from "../confirm";
import { EndButton } from "../EndButton";
import { toastDone } from "../toast";
import { useRunActions } from "./useRunActions";

interface StopButtonProps {
  run: Run;
  /** Only the icon, for rows of a list. */
  compact?: boolean;
}

/** Stops a run after asking; while it is stopping the button says so until the run is really gone. */
export function StopButton({ run, compact = false }: StopButtonProps) {
  const { stop, stopping: asking } = useRunActions();
  const stopping = run.status === "cancelling" || run.cancel_requested_at !== null || asking;
  const tell = async () => {
    if (await stop(run.id)) toastDone("Asked to stop.", run.script_name);
  };
  const ask = () =>
    askToConfirm({
      title: `Stop ${run.script_name}?`,
      confirm: "Stop",
      children:
        run.status === "queued"
          ? "It has not started yet and will not."
          : "It is told to end and gets its grace time, for example to close positions. Then everything it started is killed.",
      onConfirm: () => void tell(),
    });
  const label = stopping ? "Stopping…" : "Stop";
  return (
    <EndButton
      label={label}
      target={run.script_name}
      icon={IconPlayerStop}
      asked={stopping}
      loading={asking}
      compact={compact}
      onClick={ask}
    />
  );
}
