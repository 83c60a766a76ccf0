import { ActionIcon, Alert, Button, Code, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDotsVertical,
  IconRefresh,
  IconReplace,
  IconShieldCheck,
  IconTrash,
} from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import type { ExchangeKey } from "@/api/types";
import { Facts } from "@/ui/Facts";
import { RelativeTime } from "@/ui/RelativeTime";
import { ToneBadge } from "@/ui/ToneBadge";
import { EnvironmentBadge } from "@/ui/trading/badges";
import { KEY_STATES, MARKETS } from "./health";
import { Permissions } from "./Permissions";
import type { KeyActions } from "./useKeyActions";
import { useVenues } from "./venues";

const PROBLEM_COLOURS: Partial<Record<ExchangeKey["status"], string>> = {
  ready: "yellow",
  unreachable: "orange",
};

interface KeyCardProps {
  item: ExchangeKey;
  /** Null for an account that only reads. */
  actions: (KeyActions & { rotate: (key: ExchangeKey) => void }) | null;
}

export function KeyCard({ item, actions }: KeyCardProps) {
  const heading = useId();
  const { titleOf } = useVenues();
  const state = KEY_STATES[item.status];
  const busy = item.status === "checking" || item.status === "provisioning";
  return (
    <Paper p="md" component="section" aria-labelledby={heading} data-key={item.label}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Group gap="xs">
          <Title order={2} id={heading} style={{ overflowWrap: "anywhere" }}>
            {item.label}
          </Title>
          <EnvironmentBadge environment={item.environment} />
          <ToneBadge look={state} status={item.status} />
        </Group>
        {actions && <KeyMenu item={item} actions={actions} />}
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {item.environment === "paper" ? "Paper exchange" : titleOf(item.venue)} · {MARKETS[item.market_type]}
      </Text>
      <Stack gap="sm">
        {state.words && item.problems.length === 0 && (
          <Text size="sm" role="status">
            {state.words}
          </Text>
        )}
        {item.problems.map(({ code, message }) => (
          <Alert
            key={code}
            color={PROBLEM_COLOURS[item.status] ?? "red"}
            variant="light"
            p="xs"
            icon={<IconAlertTriangle size={18} aria-hidden />}
            data-problem={code}
          >
            {message}
          </Alert>
        ))}
        <Facts
          facts={[
            ["Key", item.mask ? <Code key="mask">{item.mask}</Code> : "not made yet"],
            ["May", <Permissions key="may" item={item} />],
            ["Tested", <RelativeTime key="tested" at={item.checked_at} fallback="not yet" />],
            ...(item.rotated_at
              ? [["Replaced", <RelativeTime key="rotated" at={item.rotated_at} />] as [string, ReactNode]]
              : []),
          ]}
        />
        {actions && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={busy}
              aria-label={`Test ${item.label} again`}
              onClick={() => actions.test(item)}
            >
              Test again
            </Button>
            {item.problems.some(({ code }) => code === "withdraw_allowed") && (
              <Button
                size="xs"
                variant="subtle"
                color="red"
                leftSection={<IconShieldCheck size={15} aria-hidden />}
                onClick={() => actions.allowWithdraw(item)}
              >
                Use it although it can withdraw
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function KeyMenu({ item, actions }: { item: ExchangeKey; actions: NonNullable<KeyCardProps["actions"]> }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${item.label}`}>
          <IconDotsVertical size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!item.provisioned && (
          <Menu.Item leftSection={<IconReplace size={16} aria-hidden />} onClick={() => actions.rotate(item)}>
            Replace key and secret
          </Menu.Item>
        )}
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => actions.remove(item)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
