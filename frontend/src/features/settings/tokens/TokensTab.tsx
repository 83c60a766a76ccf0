import { Badge, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { Token } from "@/api/types";
import { useDialogParam } from "@/lib/useDialogParam";
import { useListParams } from "@/lib/useListParams";
import { askToConfirm } from "@/ui/confirm";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";
import { NewTokenDialog } from "./NewTokenDialog";

export function TokensTab() {
  const client = useQueryClient();
  const [adding, dialog] = useDialogParam("new");
  const { page, limit, offset, setPage } = useListParams({ sort: "", limit: 50 });
  const tokens = $api.useQuery("get", "/api/auth/tokens", { params: { query: { limit, offset } } });
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/auth/tokens"] });
  const revoke = $api.useMutation("delete", "/api/auth/tokens/{token_id}", {
    onSuccess: () => {
      toastDone("The token no longer works.");
      reload();
    },
    onError: (error) => toastFailed("revoke the token", error),
  });

  const confirmRevoke = (token: Token) =>
    askToConfirm({
      title: `Revoke ${token.name}?`,
      children: `Programs that use the token ${token.prefix}… are refused from now on. This cannot be taken back.`,
      confirm: "Revoke",
      onConfirm: () => revoke.mutate({ params: { path: { token_id: token.id } } }),
    });

  const newToken = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      New token
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" flex="1 1 16rem">
          For curl and programs. A token is shown once and acts as you, never with more than your role.
        </Text>
        {tokens.data?.total !== 0 && newToken}
      </Group>
      <DataTable
        label="API tokens"
        columns={columnsFor(confirmRevoke)}
        query={tokens}
        rowKey={({ id }) => id}
        paging={{ page, limit, onPage: setPage }}
        empty={
          <EmptyState icon={IconKey} title="No API tokens" action={newToken}>
            Make one to upload and run scripts from a terminal.
          </EmptyState>
        }
      />
      <NewTokenDialog opened={adding} onClose={dialog.close} onCreated={reload} />
    </Stack>
  );
}

function columnsFor(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    {
      key: "name",
      header: "Name",
      card: "title",
      render: ({ name }) => (
        <Text size="sm" fw={550}>
          {name}
        </Text>
      ),
    },
    { key: "prefix", header: "Starts with", render: ({ prefix }) => <Code>{prefix}…</Code> },
    {
      key: "scopes",
      header: "May",
      render: ({ scopes }) => (
        <Group gap={4}>
          {[...scopes].sort().map((scope) => (
            <Badge key={scope} size="sm" variant="default" tt="none">
              {scope}
            </Badge>
          ))}
        </Group>
      ),
    },
    {
      key: "used",
      header: "Last used",
      numeric: true,
      render: (token) => <RelativeTime at={token.last_used_at} fallback="never" />,
    },
    {
      key: "ends",
      header: "Ends",
      numeric: true,
      render: (token) => <RelativeTime at={token.expires_at} fallback="never" />,
    },
    {
      key: "created",
      header: "Created",
      numeric: true,
      render: (token) => <RelativeTime at={token.created_at} />,
    },
    {
      key: "actions",
      header: "",
      numeric: true,
      card: "actions",
      render: (token) => (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Revoke ${token.name}`}
          onClick={() => onRevoke(token)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}
