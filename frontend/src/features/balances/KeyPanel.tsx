import { Alert, Badge, Button, Group, SimpleGrid, Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconBroadcast, IconBroadcastOff, IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { ExchangeKey, KeyBalances } from "@/api/types";
import { addDecimals, signOf } from "@/lib/decimal";
import { Num } from "@/ui/Num";
import { Panel } from "@/ui/Panel";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";
import { EnvironmentBadge } from "@/ui/trading/badges";
import { Positions } from "./Positions";
import { SmallTable } from "./SmallTable";

export function KeyPanel({ item, watch }: { item: ExchangeKey; watch: KeyBalances }) {
  const futures = item.market_type === "usdm";
  return (
    <Panel
      title={
        <Group gap="xs" component="span">
          {item.label} <EnvironmentBadge environment={item.environment} />
        </Group>
      }
      actions={
        <Group gap="sm">
          <Stream watch={watch} />
          <Text size="sm" c="dimmed">
            read <RelativeTime at={watch.read_at} fallback="not yet" inherit />
          </Text>
          <Refresh item={item} />
        </Group>
      }
    >
      {watch.problem && (
        <Alert
          color="orange"
          variant="light"
          p="xs"
          mb="sm"
          icon={<IconAlertTriangle size={18} aria-hidden />}
        >
          {watch.problem} What is shown may be old; it is tried again by itself.
        </Alert>
      )}
      {watch.read_at !== null && watch.opened_at === null && (
        <Text size="sm" c="dimmed" mb="sm" role="status">
          Being compared with the exchange; alerts for this key wait until that is done.
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xl: futures ? 2 : 1 }} spacing="lg">
        <Assets watch={watch} label={item.label} />
        {futures && <Positions watch={watch} label={item.label} />}
      </SimpleGrid>
    </Panel>
  );
}

function Assets({ watch, label }: { watch: KeyBalances; label: string }) {
  if (watch.balances.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {watch.read_at ? "Nothing is there." : "Not read yet."}
      </Text>
    );
  return (
    <SmallTable label={`Assets of ${label}`} minWidth={340} head={["Asset", "Total", "Free", "In orders"]}>
      {watch.balances.map(({ asset, free, used }) => (
        <Table.Tr key={asset}>
          <Table.Td fw={550}>{asset}</Table.Td>
          <Table.Td ta="right">
            <Num value={addDecimals(free, used)} />
          </Table.Td>
          <Table.Td ta="right">
            <Num value={free} />
          </Table.Td>
          <Table.Td ta="right">
            <Num value={used} c={signOf(used) === 0 ? "dimmed" : undefined} />
          </Table.Td>
        </Table.Tr>
      ))}
    </SmallTable>
  );
}

function Stream({ watch }: { watch: KeyBalances }) {
  const on = watch.stream_since !== null;
  const StreamIcon = on ? IconBroadcast : IconBroadcastOff;
  return (
    <Tooltip
      multiline
      maw={280}
      label={
        on
          ? "Fills and balances arrive by the exchange’s stream as they happen."
          : "Nobody listens to the exchange’s stream at the moment; fills come with the comparison every 15 to 30 seconds."
      }
    >
      <Badge
        variant="light"
        color={on ? "teal" : "gray"}
        tt="none"
        fw={550}
        tabIndex={0}
        leftSection={<StreamIcon size={13} aria-hidden />}
        data-stream={on ? "on" : "off"}
      >
        {on ? "Stream" : "No stream"}
      </Badge>
    </Tooltip>
  );
}

function Refresh({ item }: { item: ExchangeKey }) {
  const acts = canAct(useMe());
  const client = useQueryClient();
  const refresh = $api.useMutation("post", "/api/balances/{key_id}/refresh", {
    onSuccess: () => {
      toastDone("The exchange is being asked.", item.label);
      void client.invalidateQueries({ queryKey: ["get", "/api/balances"] });
    },
    onError: (error) => toastFailed("read the balances", error),
  });
  if (!acts) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRefresh size={15} aria-hidden />}
      aria-label={`Read ${item.label} again`}
      loading={refresh.isPending}
      onClick={() => refresh.mutate({ params: { path: { key_id: item.id } } })}
    >
      Refresh
    </Button>
  );
}
