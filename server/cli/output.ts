import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { formatTable, type Column } from '../../shared/terminal/table.ts'

/** Where a command writes: results on standard output, everything else on standard error. */
export interface Output {
  /** The result: with `--json` as one JSON value, else as text. */
  readonly result: (value: unknown, text: () => string) => void
  /** The result as a table, or a sentence that says what to do when there is nothing to show. */
  readonly table: <Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string) => void
  /** Progress and notes. */
  readonly note: (text: string) => void
}

export function output(json: boolean): Output {
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`)
  }
  const result: Output['result'] = (value, text) => print(json ? toJson(value) : text())
  return {
    result,
    table: (rows, columns, empty) => result(rows, () => (rows.length === 0 ? empty : formatTable(columns, rows))),
    note: (text) => {
      process.stderr.write(`${text}\n`)
    },
  }
}

/** Amounts, share counts and sequence numbers are decimal strings, instants RFC 3339: as on the wire. */
function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (name, member: unknown) => {
      if (typeof member === 'bigint') return member.toString()
      if (
        typeof member === 'number' &&
        (name.endsWith('At') || name === 'at' || name === 'validUntil' || name === 'since')
      )
        return new Date(member).toISOString()
      return member
    },
    2,
  )
}

/** Tells the person what happened and returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  const failed = toFailure(error)
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: failed.code, message: failed.message } })}\n`)
  process.stderr.write(`kabuken: ${failed.message} [${failed.code}]\n`)
  return failed.exit
}

function toFailure(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  const named = typeof code === 'string' ? code : 'internal_error'
  const exit = named === 'bad_configuration' ? EXIT.usage : STORAGE_CODES.test(named) ? EXIT.storage : EXIT.failed
  return new CommandFailed(exit, named, typeof message === 'string' ? message : String(error), error)
}

/** Codes of key files, databases and certificates of this machine. */
const STORAGE_CODES =
  /^(key_file_|passphrase_|storage_|journal_|cert_|wrong_key|wrong_role|not_enrolled|bad_identity|bad_certificate|clock_)/
