import type { ReactNode } from 'react'
import css from './Table.module.css'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers, and what is done with a row. */
  readonly atEnd?: boolean
}

/** Rows of the desk; where it is narrow each row is a small list of names and values. */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}) {
  return (
    <table aria-label={label} className={css['table']}>
      <thead>
        <tr>
          {columns.map(({ title, atEnd }) => (
            <th key={title} scope="col" className={atEnd === true ? css['end'] : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, atEnd }) => (
              <td key={title} data-label={title} className={atEnd === true ? css['end'] : undefined}>
                <span>{cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
