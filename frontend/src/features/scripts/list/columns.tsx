import { ActionIcon, Anchor, Group, Text, Tooltip } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Script } from "@/api/types";
import { formatBytes } from "@/lib/format";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";
import { ScriptRunActions } from "@/ui/runs/RunActions";
import { StatusBadge } from "@/ui/StatusBadge";
import { whyKept } from "../useDeleteScript";

const LISTED: Column<Script>[] = [
  {
    key: "name",
    header: "Script",
    sort: "name",
    card: "title",
    csv: (script) => script.name,
    render: (script) => (
      <Anchor
        component={Link}
        to={`/scripts/${script.id}`}
        size="sm"
        fw={550}
        style={{ overflowWrap: "anywhere" }}
      >
        {script.name}
      </Anchor>
    ),
  },
  {
    key: "status",
    header: "State",
    card: "title",
    csv: (script) => script.status,
    render: (script) => <StatusBadge status={script.status} />,
  },
  {
    key: "last-run",
    header: "Last run",
    numeric: true,
    csv: (script) => script.latest_run?.queued_at,
    render: ({ latest_run: run }) =>
      run ? (
        <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
          <RelativeTime at={run.started_at ?? run.queued_at} inherit />
        </Anchor>
      ) : (
        <Text span size="sm" c="dimmed">
          never
        </Text>
      ),
  },
  {
    key: "version",
    header: "Version",
    numeric: true,
    csv: (script) => script.version,
    render: (script) => script.version,
  },
  {
    key: "size",
    header: "Size",
    numeric: true,
    csv: (script) => script.size,
    render: (script) => formatBytes(script.size),
  },
  {
    key: "updated",
    header: "Changed",
    numeric: true,
    sort: "updated_at",
    csv: (script) => script.updated_at,
    render: (script) => <RelativeTime at={script.updated_at} />,
  },
];

/** What an export holds. */
export const SCRIPT_EXPORT: Column<Script>[] = [
  ...LISTED,
  { key: "created", header: "Created", render: () => null, csv: (script) => script.created_at },
  { key: "id", header: "Id", render: () => null, csv: (script) => script.id },
];

/** The columns with the acts; deleting is left out for an account that only reads. */
export function scriptColumns(onDelete: ((script: Script) => void) | null): Column<Script>[] {
  const actions: Column<Script> = {
    key: "actions",
    header: "Actions",
    card: "actions",
    width: 150,
    render: (script) => (
      <Group gap={6} wrap="nowrap">
        <ScriptRunActions script={script} compact open />
        <Tooltip label="Download">
          <ActionIcon
            component="a"
            href={`/api/scripts/${script.id}/download`}
            download={script.name}
            aria-label={`Download ${script.name}`}
          >
            <IconDownload size={17} />
          </ActionIcon>
        </Tooltip>
        {onDelete && <DeleteButton script={script} onDelete={onDelete} />}
      </Group>
    ),
  };
  return [...LISTED, actions];
}

function DeleteButton({ script, onDelete }: { script: Script; onDelete: (script: Script) => void }) {
  const kept = whyKept(script);
  return (
    <Tooltip label={kept ?? "Delete"}>
      <ActionIcon
        aria-label={`Delete ${script.name}`}
        aria-disabled={kept !== null}
        data-disabled={kept !== null || undefined}
        onClick={() => kept === null && onDelete(script)}
      >
        <IconTrash size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
