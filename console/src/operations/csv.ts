const STARTS_A_FORMULA = /^[=+\-@\t\r]/;
const BYTE_ORDER_MARK = "\uFEFF"; // without it spreadsheets take UTF-8 for something else

/** Rows as a spreadsheet opens them, and no cell as a formula. */
export function csv(rows: Iterable<readonly string[]>, separator: ";" | ","): string {
  const lines = Array.from(rows, (row) => `${row.map(cell).join(separator)}\r\n`);
  return BYTE_ORDER_MARK + lines.join("");
}

/** A marketplace's words are anybody's: a `'` before what would begin a formula keeps it a text. */
function cell(text: string): string {
  const guarded = STARTS_A_FORMULA.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}
