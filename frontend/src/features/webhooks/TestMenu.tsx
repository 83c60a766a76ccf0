import { Anchor, Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFlask } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { Strategy } from "@/api/types";
import { toastFailed } from "@/ui/toast";

const ACTIONS = [
  { action: "buy", label: "Buy" },
  { action: "sell", label: "Sell" },
  { action: "exit", label: "Exit" },
] as const;

/** Sends an alert as TradingView would, to be traded on paper, and leads to what became of it. */
export function TestMenu({ strategy }: { strategy: Strategy }) {
  const navigate = useNavigate();
  const test = $api.useMutation("post", "/api/strategies/{strategy_id}/test", {
    onSuccess: ({ signal_id }) => {
      const to = `/signals/${signal_id}`;
      notifications.show({
        color: "teal",
        title: "Test alert sent",
        message: (
          <Anchor href={to} inherit onClick={(event) => [event.preventDefault(), void navigate(to)]}>
            See what becomes of it
          </Anchor>
        ),
        autoClose: 8000,
        closeButtonProps: { "aria-label": "Close" },
      });
    },
    onError: (error) => toastFailed("send a test", error),
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button leftSection={<IconFlask size={16} aria-hidden />} loading={test.isPending}>
          Test on paper
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ACTIONS.map(({ action, label }) => (
          <Menu.Item
            key={action}
            onClick={() => test.mutate({ params: { path: { strategy_id: strategy.id } }, body: { action } })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
