import { Badge, Button, Group, Select, Switch, Text } from "@mantine/core";
import type { Role, User } from "@/api/types";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { ROLE_OPTIONS } from "../roles";

interface Actions {
  onRole: (user: User, role: Role) => void;
  onActive: (user: User, active: boolean) => void;
  onResetPassword: (user: User) => void;
}

export function userColumns(me: User, { onRole, onActive, onResetPassword }: Actions): Column<User>[] {
  return [
    {
      key: "username",
      header: "User",
      card: "title",
      csv: ({ username }) => username,
      render: (user) => (
        <div>
          <Group gap="xs">
            <Text size="sm" fw={550}>
              {user.username}
            </Text>
            {user.id === me.id && (
              <Badge size="sm" variant="light" tt="none">
                You
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </div>
      ),
    },
    {
      key: "role",
      header: "Role",
      csv: ({ role }) => role,
      render: (user) => (
        <Select
          size="xs"
          w={110}
          aria-label={`Role of ${user.username}`}
          data={ROLE_OPTIONS}
          value={user.role}
          allowDeselect={false}
          disabled={user.id === me.id}
          onChange={(role) => role && role !== user.role && onRole(user, role as Role)}
        />
      ),
    },
    {
      key: "active",
      header: "May sign in",
      csv: ({ is_active }) => is_active,
      render: (user) => (
        <Switch
          aria-label={`${user.username} may sign in`}
          checked={user.is_active}
          disabled={user.id === me.id}
          onChange={(event) => onActive(user, event.currentTarget.checked)}
        />
      ),
    },
    {
      key: "last",
      header: "Last sign-in",
      numeric: true,
      csv: (user) => user.last_login_at,
      render: (user) => <RelativeTime at={user.last_login_at} fallback="never" />,
    },
    {
      key: "created",
      header: "Created",
      numeric: true,
      csv: (user) => user.created_at,
      render: (user) => <RelativeTime at={user.created_at} />,
    },
    {
      key: "actions",
      header: "",
      numeric: true,
      card: "actions",
      render: (user) =>
        user.id !== me.id && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Set a password for ${user.username}`}
            onClick={() => onResetPassword(user)}
          >
            Set password
          </Button>
        ),
    },
    { key: "email", header: "E-mail", csv: ({ email }) => email },
  ];
}
