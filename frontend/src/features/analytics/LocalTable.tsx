import { Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { CsvButton } from "@/ui/data-table/CsvButton";
import { DataTable } from "@/ui/data-table/DataTable";
import type { Column } from "@/ui/data-table/types";

interface LocalTableProps<Row> {
  label: string;
  /** The name of the CSV file. */
  file: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** What a column is sorted by, under the name that its `sort` gives. */
  values: Record<string, (row: Row) => number | string>;
  initialSort: string;
  minWidth?: number;
  /** Before the export. */
  start?: ReactNode;
}

const LIMIT = 25;

/** A table of rows that are all here: sorted, paged and exported in the browser. */
export function LocalTable<Row>(props: LocalTableProps<Row>) {
  const { label, file, columns, rows, rowKey, values, initialSort, minWidth, start } = props;
  const [sort, setSort] = useState(initialSort);
  const [wanted, setPage] = useState(1);
  const descending = sort.startsWith("-");
  const value = values[sort.replace(/^-/, "")];
  const sorted = value ? [...rows].sort((one, other) => compare(value(one), value(other))) : rows;
  const ordered = descending ? [...sorted].reverse() : sorted;
  const page = Math.min(wanted, Math.max(1, Math.ceil(rows.length / LIMIT)));
  return (
    <>
      <Group justify="space-between" mb="sm" gap="sm">
        {start ?? <span />}
        <CsvButton name={file} columns={columns} rows={() => Promise.resolve(ordered)} />
      </Group>
      <DataTable
        label={label}
        columns={columns}
        query={{
          data: { items: ordered.slice((page - 1) * LIMIT, page * LIMIT), total: rows.length },
          error: null,
          isPending: false,
          refetch: () => undefined,
        }}
        rowKey={rowKey}
        minWidth={minWidth}
        sorting={{ sort, onSort: setSort }}
        paging={{ page, limit: LIMIT, onPage: setPage }}
        empty={null}
      />
    </>
  );
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other));
}
