import type { z } from 'zod'
import { readMembers } from '../../../shared/documents/document.ts'
import type { RegisterEntry } from '../../../shared/documents/register-entry.ts'
import type { TransferHistoryEntry } from '../../../shared/documents/transfer.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { allotment } from '../../../shared/protocol/catalogue/issuer.ts'
import { isPlainText, type Json } from '../../../shared/signing/canonical.ts'
import { writeCsv } from '../../../shared/terminal/csv.ts'
import { plainField, readCsv } from './csv.ts'
import { IMPORTED_CONDITIONS, readOcf, writeOcf, type Imported, type Mapping, type SourceFile } from './ocf.ts'

/** Taking over an existing register, and giving this one away (IS5). Pure: files come as text and go as text. */

export type Allotment = z.output<typeof allotment>

/** Columns of the CSV form, in the order of the export. The import needs those marked and takes the others if they are there. */
const COLUMNS = {
  security: { needed: true },
  share_class: { needed: true },
  certificate_number: { needed: false },
  certificate_id: { needed: false },
  holder_name: { needed: true },
  postal_address: { needed: false },
  user_id: { needed: true },
  quantity: { needed: true },
  acquired_at: { needed: false },
  conditions_of_issue: { needed: false },
  state: { needed: false },
  /** Identifier in the register that it comes from; the certificate ID serves when there is none. */
  source_id: { needed: false },
} as const

type Column = keyof typeof COLUMNS

const names = Object.keys(COLUMNS) as Column[]

/** A day is the beginning of the day in UTC. */
const instantOf = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text)

function wireOf(cell: (column: Column) => string): Record<string, Json> {
  const sourceId = cell('source_id') === '' ? cell('certificate_id') : cell('source_id')
  const optional = { postalAddress: cell('postal_address'), acquiredAt: instantOf(cell('acquired_at')), sourceId }
  return {
    security: cell('security'),
    shareClass: cell('share_class'),
    holderName: cell('holder_name'),
    userId: cell('user_id'),
    quantity: cell('quantity'),
    conditionsOfIssue: cell('conditions_of_issue') === '' ? IMPORTED_CONDITIONS : cell('conditions_of_issue'),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
  }
}

function readCsvFile({ name, content }: SourceFile): Result<readonly Imported[], Refusal> {
  const read = readCsv(content)
  if (!read.ok)
    return refuse(read.error.code, read.error.message, { file: name, line: read.error.details?.['line'] ?? '' })
  const [header, ...records] = read.value
  const head = header?.fields ?? []
  const wrong = head.find((column, index) => !names.includes(column as Column) || head.indexOf(column) !== index)
  const missing = names.find((column) => COLUMNS[column].needed && !head.includes(column))
  if (wrong !== undefined || missing !== undefined) {
    const which = wrong === undefined ? `no column ${missing ?? ''}` : `unknown or repeated column ${wrong}`
    return refuse('bad_csv', `${which}; known are ${names.join(', ')}`, { file: name, line: '1' })
  }
  const imported: Imported[] = []
  for (const { line, fields } of records) {
    const where = { file: name, line: `${line}` }
    if (fields.length !== head.length) {
      return refuse('bad_csv', `${fields.length} fields instead of ${head.length}`, where)
    }
    const cell = (column: Column): string => plainField(fields[head.indexOf(column)] ?? '')
    // What a register exported as retired is nobody's any more.
    if (cell('state') !== 'retired' && cell('state') !== 'lost') imported.push({ where, wire: wireOf(cell) })
  }
  return ok(imported)
}

/** The members as the protocol wants them, and no identifier twice; the first error with its file and line. */
function check(imported: readonly Imported[]): Result<Allotment[], Refusal> {
  const allotments: Allotment[] = []
  const sources = new Set<string>()
  for (const { where, wire } of imported) {
    const said = (code: string, message: string) => refuse(code, `${where.file}:${where.line}: ${message}`, where)
    const unclean = Object.entries(wire).find(([, value]) => typeof value === 'string' && !isPlainText(value))
    if (unclean !== undefined) return said('bad_text', `${unclean[0]}: control or direction-changing characters`)
    const read = readMembers(allotment, wire)
    if (!read.ok) return said(read.error.code, read.error.message)
    const source = `${read.value.security}/${read.value.sourceId ?? ''}`
    if (read.value.sourceId !== undefined && sources.has(source)) {
      return said('duplicate_source', `${read.value.sourceId} occurs twice`)
    }
    sources.add(source)
    allotments.push(read.value)
  }
  return ok(allotments)
}

/** One CSV file, or the files of an Open Cap Format register (stakeholders, transactions). All or nothing. */
export function readRegisterFiles(files: readonly SourceFile[], mapping: Mapping = {}): Result<Allotment[], Refusal> {
  const [first] = files
  const json = first !== undefined && /^\uFEFF?\s*[[{]/.test(first.content)
  if (first === undefined || (!json && files.length > 1)) {
    return refuse('bad_csv', 'give one CSV file, or the files of one Open Cap Format register')
  }
  const read = json ? readOcf(files, mapping) : readCsvFile(first)
  if (read.ok) return check(read.value)
  const { code, message, details } = read.error
  return refuse(code, `${details?.['file'] ?? ''}:${details?.['line'] ?? ''}: ${message}`, details)
}

/** The register as CSV, one line an entry. {@link readRegisterFiles} reads it back. */
export function registerCsv(entries: readonly RegisterEntry[]): string {
  const exported = names.filter((column) => column !== 'source_id')
  const rows = entries.map((entry) => [
    entry.security,
    entry.shareClass,
    entry.certificateNumber,
    entry.certificateId,
    entry.holderName,
    entry.postalAddress ?? '',
    entry.userId,
    entry.quantity.toString(),
    new Date(entry.acquiredAt).toISOString(),
    entry.conditionsOfIssue,
    entry.state,
  ])
  return writeCsv([exported, ...rows])
}

/** The register with its history in Open Cap Format: a JSON array of a stakeholders file and a transactions file. */
export function registerOcf(entries: readonly RegisterEntry[], transfers: readonly TransferHistoryEntry[]): string {
  return writeOcf(entries, transfers)
}
