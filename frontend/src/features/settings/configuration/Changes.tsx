import { Badge, Code, Text } from "@mantine/core";
import type { ConfigurationChange } from "@/api/types";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";
import { sectionName, valueText } from "./document";

const KINDS = {
  added: { label: "new", color: "teal" },
  changed: { label: "changed", color: "ocean" },
  removed: { label: "removed", color: "red" },
};

const COLUMNS: Column<ConfigurationChange>[] = [
  {
    key: "what",
    header: "What",
    card: "title",
    render: ({ section, subject }) => (
      <Text span size="sm" fw={550}>
        {sectionName(section)}
        {subject && `: ${subject}`}
      </Text>
    ),
  },
  {
    key: "change",
    header: "Change",
    card: "title",
    render: ({ change }) => (
      <Badge variant="light" tt="none" color={KINDS[change].color}>
        {KINDS[change].label}
      </Badge>
    ),
  },
  { key: "field", header: "Field", render: ({ field }) => <Text size="sm">{field || "all of it"}</Text> },
  { key: "before", header: "Now", render: ({ before }) => <Value value={before} /> },
  { key: "after", header: "After the import", render: ({ after }) => <Value value={after} /> },
];

/** Field by field, what an import would change. */
export function Changes({ changes }: { changes: ConfigurationChange[] }) {
  return (
    <DataTable
      label="What the import changes"
      columns={COLUMNS}
      query={{
        data: { items: changes, total: changes.length },
        error: null,
        isPending: false,
        refetch: () => undefined,
      }}
      rowKey={({ section, subject, change, field }) => [section, subject, change, field].join("|")}
      minWidth={680}
      empty={null}
    />
  );
}

function Value({ value }: { value: unknown }) {
  const text = valueText(value);
  if (text === "–") return <Text c="dimmed">–</Text>;
  return (
    <Code style={{ overflowWrap: "anywhere", whiteSpace: "normal" }} title={text}>
      {text.length > 160 ? `${text.slice(0, 160)}…` : text}
    </Code>
  );
}
