import { Button, Code, Group, Text } from "@mantine/core";
import type { Secret } from "@/api/types";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";

interface Actions {
  onReplace: (secret: Secret) => void;
  onRemove: (secret: Secret) => void;
}

export function secretColumns(actions: Actions | null): Column<Secret>[] {
  const facts: Column<Secret>[] = [
    { key: "name", header: "Name", card: "title", render: ({ name }) => <Code fz="sm">{name}</Code> },
    {
      key: "used_by",
      header: "Used by",
      render: ({ used_by: scripts }) => (
        <Text size="sm" c={scripts.length === 0 ? "dimmed" : undefined} lineClamp={2}>
          {scripts.length === 0 ? "no script" : scripts.join(", ")}
        </Text>
      ),
    },
    {
      key: "updated",
      header: "Changed",
      numeric: true,
      render: (secret) => <RelativeTime at={secret.updated_at} />,
    },
    {
      key: "created",
      header: "Created",
      numeric: true,
      render: (secret) => <RelativeTime at={secret.created_at} />,
    },
  ];
  if (!actions) return facts;
  const buttons: Column<Secret> = {
    key: "actions",
    header: "",
    numeric: true,
    card: "actions",
    render: (secret) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Replace the value of ${secret.name}`}
          onClick={() => actions.onReplace(secret)}
        >
          Replace
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Delete ${secret.name}`}
          onClick={() => actions.onRemove(secret)}
        >
          Delete
        </Button>
      </Group>
    ),
  };
  return [...facts, buttons];
}
