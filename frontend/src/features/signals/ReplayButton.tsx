import { Button } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { SignalDetail } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";

/** Runs the same alert once more on the paper exchange. */
export function ReplayButton({ signal }: { signal: SignalDetail }) {
  const acts = canAct(useMe());
  const navigate = useNavigate();
  const replay = $api.useMutation("post", "/api/signals/{signal_id}/replay", {
    onSuccess: ({ signal_id }) => {
      toastDone("Sent once more, on paper.");
      void navigate(`/signals/${signal_id}`);
    },
    onError: (error) => toastFailed("replay the signal", error),
  });
  if (!acts) return null;
  const ask = () =>
    askToConfirm({
      title: "Replay this alert on paper?",
      children:
        "The same alert is decided and executed once more, on your paper key whatever key the strategy names. No real money moves.",
      confirm: "Replay on paper",
      destructive: false,
      onConfirm: () => replay.mutate({ params: { path: { signal_id: signal.id } } }),
    });
  return (
    <Button
      variant="default"
      leftSection={<IconRepeat size={16} aria-hidden />}
      loading={replay.isPending}
      onClick={ask}
    >
      Replay on paper
    </Button>
  );
}
