import { Badge, Button, Group, Text } from "@mantine/core";
import type { ScriptVersion } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { RelativeTime } from "@/ui/RelativeTime";

interface VersionListProps {
  versions: ScriptVersion[];
  /** The version that is compared with the newest. */
  shown: number;
  onShow: (number: number) => void;
}

export function VersionList({ versions, shown, onShow }: VersionListProps) {
  const columns: Column<ScriptVersion>[] = [
    {
      key: "number",
      header: "Version",
      card: "title",
      render: (version) => (
        <Group gap="xs" wrap="nowrap">
          <Text span size="sm" fw={550} className="dc-num">
            Version {version.number}
          </Text>
          {version.is_current && (
            <Badge variant="light" tt="none" size="sm">
              newest
            </Badge>
          )}
        </Group>
      ),
    },
    { key: "author", header: "Saved by", render: (version) => version.author },
    {
      key: "created",
      header: "Saved",
      numeric: true,
      render: (version) => <RelativeTime at={version.created_at} />,
    },
    { key: "size", header: "Size", numeric: true, render: (version) => formatBytes(version.size) },
    {
      key: "sha",
      header: "SHA-256",
      card: "none",
      render: (version) => (
        <Text span ff="monospace" fz="xs" c="dimmed" title={version.sha256}>
          {version.sha256.slice(0, 12)}
        </Text>
      ),
    },
    {
      key: "actions",
      header: "",
      card: "actions",
      width: 120,
      render: (version) =>
        version.is_current ? null : (
          <Button
            size="compact-xs"
            variant={version.number === shown ? "light" : "default"}
            aria-pressed={version.number === shown}
            onClick={() => onShow(version.number)}
          >
            Compare
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label="Versions"
      columns={columns}
      query={{
        data: { items: versions, total: versions.length },
        error: null,
        isPending: false,
        refetch: () => undefined,
      }}
      rowKey={(version) => String(version.number)}
      empty={null}
      minWidth={520}
    />
  );
}
