import { Group, Paper, Skeleton, Stack } from "@mantine/core";

export function TableSkeleton({
  columns,
  rows = 6,
  label,
}: {
  columns: number;
  rows?: number;
  label: string;
}) {
  return (
    <Paper p="md" role="status" aria-label={`Loading ${label}`}>
      <Stack gap="lg">
        {Array.from({ length: rows }, (_, row) => (
          <Group key={row} wrap="nowrap" gap="lg">
            {Array.from({ length: Math.min(columns, 6) }, (__, column) => (
              <Skeleton key={column} h={14} flex={column === 0 ? 2 : 1} />
            ))}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
