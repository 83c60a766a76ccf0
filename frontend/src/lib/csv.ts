import Papa from "papaparse";

export type CsvCell = string | number | boolean | null | undefined;

/** RFC 4180 text with a header row; cells that a spreadsheet would run as a formula are escaped. */
export function toCsv(header: string[], rows: CsvCell[][]): string {
  return Papa.unparse({ fields: header, data: rows }, { escapeFormulae: true });
}

/** Hand a text or a picture to the browser as a file. */
export function saveFile(name: string, content: BlobPart, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
