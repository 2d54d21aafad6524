// The rules of files/cells.py, which makes the files of records. A formula may also begin behind what another reader of the
// file takes for a separator, and behind what is not seen.
const UNFIT = /[\p{Cc}\u2028\u2029]/gu;
const FORMULAS = /(^|[;,|])([\s"\u200b-\u200f\u2060\ufeff]*)(?=[=+\-@＝＋－＠])/g;
const BYTE_ORDER_MARK = "\uFEFF"; // without it spreadsheets take UTF-8 for something else

/** Rows as a spreadsheet opens them, and no cell as a formula. */
export function csv(rows: Iterable<readonly string[]>, separator: ";" | ","): string {
  const lines = Array.from(rows, (row) => `${row.map(cell).join(separator)}\r\n`);
  return BYTE_ORDER_MARK + lines.join("");
}

/** One line. A marketplace's words are anybody's: a `'` before what would begin a formula keeps it a text. */
function cell(text: string): string {
  const guarded = text.replace(UNFIT, " ").trim().replace(FORMULAS, "$1$2'");
  return `"${guarded.replaceAll('"', '""')}"`;
}
