import { Box, Group, Pagination, Paper, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { formatNumber } from "@/lib/format";
import { ErrorState } from "../ErrorState";
import { CardList } from "./CardList";
import { TableSkeleton } from "./TableSkeleton";
import type { DataTableProps } from "./types";
import { WideTable } from "./WideTable";

/** A list with its loading, error and empty states; a table on a wide screen, cards on a phone. */
export function DataTable<Row>({ columns, ...rest }: DataTableProps<Row>) {
  const props = { ...rest, columns: columns.filter(({ render }) => render !== undefined) };
  const { query, paging, empty } = props;
  const phone = useMediaQuery("(max-width: 40em)", false, { getInitialValueInEffect: false });
  if (query.isPending)
    return <TableSkeleton columns={phone ? 1 : props.columns.length} label={props.label} />;
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { items, total } = query.data;
  if (items.length === 0 && total === 0) return <Paper>{empty}</Paper>;
  return (
    <Box aria-busy={query.isPlaceholderData ?? false} opacity={query.isPlaceholderData ? 0.6 : 1}>
      {phone ? <CardList {...props} rows={items} /> : <WideTable {...props} rows={items} />}
      {paging && total > paging.limit && (
        <Group justify="space-between" mt="sm">
          <Text size="sm" c="dimmed" className="dc-num">
            {formatNumber((paging.page - 1) * paging.limit + 1)}–
            {formatNumber((paging.page - 1) * paging.limit + items.length)} of {formatNumber(total)}
          </Text>
          <Pagination
            size="sm"
            total={Math.ceil(total / paging.limit)}
            value={paging.page}
            onChange={paging.onPage}
            getControlProps={(control) => ({ "aria-label": `${control} page` })}
          />
        </Group>
      )}
    </Box>
  );
}
