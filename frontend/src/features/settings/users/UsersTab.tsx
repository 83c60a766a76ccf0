import { Button, Group, Stack } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Navigate } from "react-router";
import { useMe } from "@/api/account";
import { $api, api } from "@/api/client";
import { everyItem } from "@/api/pages";
import type { User } from "@/api/types";
import { useDialogParam } from "@/lib/useDialogParam";
import { useListParams } from "@/lib/useListParams";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchInput } from "@/ui/SearchInput";
import { userColumns } from "./columns";
import { NewUserDialog } from "./NewUserDialog";
import { ResetPasswordDialog } from "./ResetPasswordDialog";
import { useUserActions } from "./useUserActions";

export function UsersTab() {
  const me = useMe();
  const client = useQueryClient();
  const [adding, dialog] = useDialogParam("new");
  const [resetting, setResetting] = useState<User | null>(null);
  const { q, page, limit, offset, set, setPage } = useListParams({ sort: "", limit: 25 });
  const users = $api.useQuery(
    "get",
    "/api/users",
    { params: { query: { q: q || undefined, limit, offset } } },
    { placeholderData: keepPreviousData, enabled: me.role === "admin" },
  );
  const reload = () => void client.invalidateQueries({ queryKey: ["get", "/api/users"] });
  const actions = useUserActions(reload);
  const columns = userColumns(me, { ...actions, onResetPassword: setResetting });
  const everyUser = () =>
    everyItem(async (at) => {
      const { data } = await api.GET("/api/users", { params: { query: { q: q || undefined, ...at } } });
      return data ?? { items: [], total: 0, ...at };
    });

  if (me.role !== "admin") return <Navigate to="/settings/profile" replace />;
  return (
    <Stack>
      <Group gap="xs">
        <div style={{ flex: "1 1 14rem" }}>
          <SearchInput label="Search by name or e-mail" value={q} onChange={(text) => set({ q: text })} />
        </div>
        <CsvButton name="users" columns={columns} rows={everyUser} />
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
          New user
        </Button>
      </Group>
      <DataTable
        label="Users"
        columns={columns}
        query={users}
        rowKey={({ id }) => id}
        paging={{ page, limit, onPage: setPage }}
        minWidth={760}
        empty={
          <EmptyState
            icon={IconUsers}
            title="Nobody of that name"
            action={
              <Button variant="default" onClick={() => set({ q: null })}>
                Show everybody
              </Button>
            }
          />
        }
      />
      <NewUserDialog opened={adding} onClose={dialog.close} onCreated={reload} />
      <ResetPasswordDialog user={resetting} onClose={() => setResetting(null)} />
    </Stack>
  );
}
