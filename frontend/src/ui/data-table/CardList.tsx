import { Group, Paper, Stack, Text } from "@mantine/core";
import type { DataTableProps } from "./types";

export function CardList<Row>({ label, columns, rows, rowKey }: DataTableProps<Row> & { rows: Row[] }) {
  const titles = columns.filter(({ card }) => card === "title");
  const lines = columns.filter(({ card }) => card === undefined || card === "line");
  const actions = columns.filter(({ card }) => card === "actions");
  return (
    <Stack gap="xs" component="ul" aria-label={label} m={0} p={0} style={{ listStyle: "none" }}>
      {rows.map((row) => (
        <Paper key={rowKey(row)} p="sm" component="li">
          <Group justify="space-between" gap="xs" mb={6}>
            {titles.map((column) => (
              <div key={column.key} style={{ minWidth: 0 }}>
                {column.render?.(row)}
              </div>
            ))}
          </Group>
          {lines.map((column) => (
            <Group key={column.key} justify="space-between" gap="md" wrap="nowrap" py={2}>
              <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
                {column.header}
              </Text>
              <Text size="sm" component="div" ta="right" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
                {column.render?.(row)}
              </Text>
            </Group>
          ))}
          {actions.map((column) => (
            <Group key={column.key} gap="xs" mt="xs" justify="flex-end">
              {column.render?.(row)}
            </Group>
          ))}
        </Paper>
      ))}
    </Stack>
  );
}
