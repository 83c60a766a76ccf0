import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconInfoCircle, IconLock, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { canAct, useMe } from "@/api/account";
import { $api } from "@/api/client";
import type { Secret } from "@/api/types";
import { useDialogParam } from "@/lib/useDialogParam";
import { useListParams } from "@/lib/useListParams";
import { askToConfirm } from "@/ui/confirm";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { toastDone, toastFailed } from "@/ui/toast";
import { secretColumns } from "./columns";
import { SecretDialog } from "./SecretDialog";

export function SecretsTab() {
  const mayChange = canAct(useMe());
  const client = useQueryClient();
  const [adding, dialog] = useDialogParam("new");
  const [replacing, setReplacing] = useState<Secret | null>(null);
  const { page, limit, offset, setPage } = useListParams({ sort: "", limit: 50 });
  const secrets = $api.useQuery("get", "/api/secrets", { params: { query: { limit, offset } } });
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/secrets"] });
  const remove = $api.useMutation("delete", "/api/secrets/{name}", {
    onSuccess: () => {
      toastDone("The secret variable was deleted.");
      reload();
    },
    onError: (error) => toastFailed("delete the secret variable", error),
  });

  const confirmRemove = ({ name, used_by: scripts }: Secret) =>
    askToConfirm({
      title: `Delete ${name}?`,
      children:
        scripts.length === 0
          ? "No script uses it. Its value cannot be brought back."
          : `The next runs of ${scripts.join(", ")} start without it. Its value cannot be brought back.`,
      confirm: "Delete",
      onConfirm: () => remove.mutate({ params: { path: { name } } }),
    });

  const newSecret = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      New secret variable
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" flex="1 1 16rem">
          Keys and passwords that a script reads from its environment, such as{" "}
          <Code>os.environ["API_KEY"]</Code>. Choose in the script’s settings which ones its runs see.
        </Text>
        {secrets.data?.total !== 0 && newSecret}
      </Group>
      <DataTable
        label="Secret variables"
        columns={secretColumns(mayChange ? { onReplace: setReplacing, onRemove: confirmRemove } : null)}
        query={secrets}
        rowKey={({ name }) => name}
        paging={{ page, limit, onPage: setPage }}
        empty={
          <EmptyState icon={IconLock} title="No secret variables" action={newSecret}>
            Keep keys out of your code: store them here, encrypted, and let only the scripts that need them
            see them.
          </EmptyState>
        }
      />
      <Alert variant="light" color="gray" icon={<IconInfoCircle aria-hidden />}>
        Values are encrypted and never shown again, not even to you. A script that prints one writes it into
        its own log: logs are not masked.
      </Alert>
      <SecretDialog
        key={replacing?.name ?? "new"}
        opened={adding || replacing !== null}
        name={replacing?.name}
        onClose={() => {
          setReplacing(null);
          if (adding) dialog.close();
        }}
        onSaved={reload}
      />
    </Stack>
  );
}
