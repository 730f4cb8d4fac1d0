import type { CommandFailed } from './exit.ts'
import { toJson } from './json.ts'
import { formatTable, type Column } from './table.ts'

/** Where a command writes: results on standard output, everything else on standard error. */
export interface Output {
  /** The result: with `--json` as one JSON value, else as text. */
  readonly result: (value: unknown, text: () => string) => void
  /** The result as a table, or a sentence that says what to do when there is nothing to show. */
  readonly table: <Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string) => void
  /** Progress and notes. */
  readonly note: (text: string) => void
}

interface Stream {
  readonly write: (text: string) => unknown
}

/** The two streams of a command; `process` is one. */
export interface Streams {
  readonly stdout: Stream
  readonly stderr: Stream
}

export function output(json: boolean, { stdout, stderr }: Streams): Output {
  const result: Output['result'] = (value, text) => void stdout.write(`${json ? toJson(value) : text()}\n`)
  return {
    result,
    table: (rows, columns, empty) => result(rows, () => (rows.length === 0 ? empty : formatTable(columns, rows))),
    note: (text) => void stderr.write(`${text}\n`),
  }
}

/** Tells the person what happened: words on standard error and, with `--json`, `{ "error": … }` on standard output. */
export function writeFailure({ code, message, details }: CommandFailed, json: boolean, streams: Streams): void {
  if (json) streams.stdout.write(`${toJson({ error: { code, message, details } })}\n`)
  streams.stderr.write(`kabuken: ${message} [${code}]\n`)
}
