/** A spreadsheet takes a field that begins so for a formula; a name must not become one. */
export const FORMULA = /^[=+\-@\t]/

function writeField(value: string): string {
  const harmless = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Comma-separated values as RFC 4180 has them. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(writeField).join(',')}\r\n`).join('')
}
