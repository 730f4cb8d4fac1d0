import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { FORMULA } from '../../../shared/terminal/csv.ts'

/** Comma-separated values as RFC 4180 has them, read strictly: nothing is guessed, every error has its line. */

export interface CsvRecord {
  /** Line on which the record begins, from 1. */
  readonly line: number
  readonly fields: readonly string[]
}

/** One field: quoted with doubled quotes inside, or plain. Group 1 is a quoted one's content, group 2 a plain one, group 3 what ends it. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

export function readCsv(content: string): Result<readonly CsvRecord[], Refusal> {
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content
  const records: CsvRecord[] = []
  let fields: string[] = []
  let line = 1
  let began = 1
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < text.length) {
    const field = FIELD.exec(text)
    if (field === null)
      return refuse('bad_csv', 'a quote where none may be, or one that does not end', { line: `${line}` })
    const [whole, quoted, plain = '', end] = field
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += whole.split('\n').length - 1
    if (end === ',' && FIELD.lastIndex < text.length) continue
    // A comma at the very end of the file is followed by one more, empty, field.
    if (end === ',') fields.push('')
    records.push({ line: began, fields })
    fields = []
    began = line
  }
  return ok(records)
}

/** Undoes what writeCsv does to a field that looks like a formula. */
export function plainField(field: string): string {
  return field.startsWith("'") && FORMULA.test(field.slice(1)) ? field.slice(1) : field
}
