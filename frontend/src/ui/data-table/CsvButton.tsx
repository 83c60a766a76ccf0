import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { saveFile, toCsv } from "@/lib/csv";
import { toastFailed } from "../toast";
import type { Column } from "./types";

interface CsvButtonProps<Row> {
  /** Without `.csv`. */
  name: string;
  columns: Column<Row>[];
  /** Every row that the filters let through, not only the page on screen. */
  rows: () => Promise<Row[]>;
}

export function CsvButton<Row>({ name, columns, rows }: CsvButtonProps<Row>) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const exported = columns.flatMap(({ header, csv }) => (csv ? [{ header, csv }] : []));
      const cells = (await rows()).map((row) => exported.map(({ csv }) => csv(row)));
      const headers = exported.map(({ header }) => header);
      saveFile(`${name}.csv`, toCsv(headers, cells));
    } catch (error) {
      toastFailed("export the list", error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={busy}
      onClick={() => void save()}
    >
      CSV
    </Button>
  );
}
