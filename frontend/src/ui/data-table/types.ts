import type { ReactNode } from "react";
import type { CsvCell } from "@/lib/csv";

export interface Column<Row> {
  key: string;
  header: string;
  /** Absent: the column is only in the export. */
  render?: (row: Row) => ReactNode;
  /** Numbers and times: right-aligned, tabular. */
  numeric?: boolean;
  /** The server's name of this order; descending is asked for as `-name`. */
  sort?: string;
  /** The cell's text in an export; a column without it is not exported. */
  csv?: (row: Row) => CsvCell;
  width?: number | string;
  /** On a phone: the card's `title`, a labelled `line` (default), the `actions` row, or left out. */
  card?: "title" | "line" | "actions" | "none";
}

/** What the table needs of a TanStack query. */
export interface TableQuery<Row> {
  data?: { items: Row[]; total: number };
  error: unknown;
  isPending: boolean;
  isPlaceholderData?: boolean;
  refetch: () => unknown;
}

export interface DataTableProps<Row> {
  /** Names the table to a screen reader. */
  label: string;
  columns: Column<Row>[];
  query: TableQuery<Row>;
  rowKey: (row: Row) => string;
  /** Where a click on a row leads; the first cell should hold a real link as well. */
  rowTo?: (row: Row) => string;
  empty: ReactNode;
  paging?: { page: number; limit: number; onPage: (page: number) => void };
  sorting?: { sort: string; onSort: (sort: string) => void };
  minWidth?: number;
}
