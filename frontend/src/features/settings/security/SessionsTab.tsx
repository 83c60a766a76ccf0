import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconDevices } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import type { Session } from "@/api/types";
import { useListParams } from "@/lib/useListParams";
import { describeAgent } from "@/lib/user-agent";
import { askToConfirm } from "@/ui/confirm";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { EmptyState } from "@/ui/EmptyState";
import { RelativeTime } from "@/ui/RelativeTime";
import { toastDone, toastFailed } from "@/ui/toast";

export function SessionsTab() {
  const client = useQueryClient();
  const { page, limit, offset, setPage } = useListParams({ sort: "", limit: 50 });
  const sessions = $api.useQuery("get", "/api/auth/sessions", { params: { query: { limit, offset } } });
  const reload = () => client.invalidateQueries({ queryKey: ["get", "/api/auth/sessions"] });
  const end = $api.useMutation("delete", "/api/auth/sessions/{session_id}", {
    onSuccess: () => {
      toastDone("The session was ended.");
      void reload();
    },
    onError: (error) => toastFailed("end the session", error),
  });
  const endOthers = $api.useMutation("delete", "/api/auth/sessions", {
    onSuccess: () => {
      toastDone("All other sessions were ended.");
      void reload();
    },
    onError: (error) => toastFailed("end the other sessions", error),
  });

  const columns: Column<Session>[] = [
    {
      key: "device",
      header: "Device",
      card: "title",
      render: (session) => (
        <Group gap="xs">
          <Text size="sm" fw={550} title={session.user_agent}>
            {describeAgent(session.user_agent)}
          </Text>
          {session.current && (
            <Badge size="sm" variant="light" color="teal" tt="none">
              This one
            </Badge>
          )}
        </Group>
      ),
    },
    { key: "address", header: "Address", render: ({ address }) => <span className="dc-num">{address}</span> },
    {
      key: "used",
      header: "Last used",
      numeric: true,
      render: (session) => <RelativeTime at={session.last_used_at} />,
    },
    {
      key: "created",
      header: "Signed in",
      numeric: true,
      render: (session) => <RelativeTime at={session.created_at} />,
    },
    {
      key: "ends",
      header: "Ends",
      numeric: true,
      render: (session) => <RelativeTime at={session.expires_at} />,
    },
    {
      key: "actions",
      header: "",
      numeric: true,
      card: "actions",
      render: (session) =>
        !session.current && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`End the session of ${describeAgent(session.user_agent)}`}
            onClick={() => end.mutate({ params: { path: { session_id: session.id } } })}
          >
            End
          </Button>
        ),
    },
  ];

  const confirmAll = () =>
    askToConfirm({
      title: "End all other sessions?",
      children: "Every other browser and device is signed out at once. This one stays signed in.",
      confirm: "End them",
      onConfirm: () => endOthers.mutate({}),
    });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" flex="1 1 16rem">
          Where you are signed in. End what you do not know, then change your password.
        </Text>
        <Button
          variant="default"
          onClick={confirmAll}
          disabled={(sessions.data?.total ?? 0) < 2}
          loading={endOthers.isPending}
        >
          End all others
        </Button>
      </Group>
      <DataTable
        label="Sessions"
        columns={columns}
        query={sessions}
        rowKey={({ id }) => id}
        paging={{ page, limit, onPage: setPage }}
        empty={<EmptyState icon={IconDevices} title="No sessions" />}
      />
    </Stack>
  );
}
