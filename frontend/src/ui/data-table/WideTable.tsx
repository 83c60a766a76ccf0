import { Group, Paper, Table, UnstyledButton } from "@mantine/core";
import { IconArrowsSort, IconSortAscending, IconSortDescending } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useNavigate } from "react-router";
import type { Column, DataTableProps } from "./types";

export function WideTable<Row>(props: DataTableProps<Row> & { rows: Row[] }) {
  const { label, columns, rows, rowKey, rowTo, sorting, minWidth = 560 } = props;
  const navigate = useNavigate();
  const follow = (event: MouseEvent<HTMLElement>, row: Row) => {
    if (rowTo && !(event.target as HTMLElement).closest("a, button, input, label")) void navigate(rowTo(row));
  };
  return (
    <Paper style={{ overflow: "hidden" }}>
      <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={label}>
        <Table highlightOnHover={rowTo !== undefined} aria-label={label} className="dc-table">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <HeaderCell key={column.key} column={column} sorting={sorting} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr
                key={rowKey(row)}
                onClick={(event) => follow(event, row)}
                style={{ cursor: rowTo ? "pointer" : undefined }}
              >
                {columns.map((column) => (
                  <Table.Td key={column.key} className={column.numeric ? "dc-num-right" : undefined}>
                    {column.render?.(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sorting: DataTableProps<Row>["sorting"];
}

function HeaderCell<Row>({ column, sorting }: HeaderCellProps<Row>) {
  const align = column.numeric ? "right" : undefined;
  if (column.sort === undefined || !sorting) {
    return (
      <Table.Th w={column.width} ta={align}>
        {column.header}
      </Table.Th>
    );
  }
  const name = column.sort;
  const order = orderOf(sorting.sort, name);
  const SortIcon =
    order === "ascending" ? IconSortAscending : order === "descending" ? IconSortDescending : IconArrowsSort;
  return (
    <Table.Th w={column.width} ta={align} aria-sort={order}>
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        onClick={() => sorting.onSort(order === "descending" ? name : `-${name}`)}
      >
        <Group gap={4} wrap="nowrap">
          {column.header}
          <SortIcon size={14} aria-hidden opacity={order === "none" ? 0.45 : 1} />
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

function orderOf(sort: string, name: string): "ascending" | "descending" | "none" {
  if (sort === name) return "ascending";
  return sort === `-${name}` ? "descending" : "none";
}
