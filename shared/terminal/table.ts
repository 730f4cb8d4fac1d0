import fastStringWidth from 'fast-string-width'

/** One column of a table on a terminal. Numbers stand to the right. */
export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  readonly align?: 'left' | 'right'
}

/** Columns between two values. */
const GAP = '  '

/** Lines without the last line's end. Widths are terminal cells: a Japanese character takes two. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)))
  const widths = columns.map((column, i) =>
    Math.max(fastStringWidth(column.title), ...cells.map((line) => fastStringWidth(line[i] ?? ''))),
  )
  const line = (values: readonly string[]): string =>
    values
      .map((value, i) => pad(value, widths[i] ?? 0, columns[i]?.align ?? 'left'))
      .join(GAP)
      .trimEnd()
  const titles = line(columns.map((column) => column.title))
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP)
  return [titles, rule, ...cells.map(line)].join('\n')
}

function pad(value: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - fastStringWidth(value)))
  return align === 'right' ? blanks + value : value + blanks
}
