import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface SmallTableProps {
  label: string;
  minWidth: number;
  /** Headings; all but the first stand over numbers. */
  head: string[];
  children: ReactNode;
}

/** A table inside a panel, which scrolls sideways by itself. */
export function SmallTable({ label, minWidth, head, children }: SmallTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={label}>
      <Table verticalSpacing={6} horizontalSpacing="xs" className="dc-table" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {head.map((text, place) => (
              <Table.Th key={text} ta={place ? "right" : undefined}>
                {text}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
