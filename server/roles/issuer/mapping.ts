import { z } from 'zod'
import { classMembers, userId } from '../../../shared/documents/fields.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { readCsv } from './csv.ts'
import type { Mapping, SourceFile } from './ocf.ts'

const holder = z.strictObject({ stakeholder_id: z.string().min(1), user_id: userId })
const stockClass = z.strictObject({
  stock_class_id: z.string().min(1),
  security: classMembers.security,
  share_class: classMembers.shareClass,
})

/** What an operator says beside an Open Cap Format register, as CSV: which users its stakeholders are, which classes here its own are. */
export function readMapping(files: {
  readonly holders?: SourceFile
  readonly classes?: SourceFile
}): Result<Mapping, Refusal> {
  const holders = readTable(files.holders, holder, 'stakeholder_id')
  if (!holders.ok) return holders
  const classes = readTable(files.classes, stockClass, 'stock_class_id')
  if (!classes.ok) return classes
  return ok({
    userIds: new Map([...holders.value].map(([id, row]) => [id, row.user_id])),
    classes: new Map(
      [...classes.value].map(([id, { security, share_class: shareClass }]) => [id, { security, shareClass }]),
    ),
  })
}

/** Rows by their first column, each once; no file is an empty table. */
function readTable<Schema extends z.ZodObject>(
  file: SourceFile | undefined,
  schema: Schema,
  key: string,
): Result<ReadonlyMap<string, z.output<Schema>>, Refusal> {
  const rows = new Map<string, z.output<Schema>>()
  if (file === undefined) return ok(rows)
  const wrong = (line: number | string, message: string) =>
    refuse('bad_csv', `${file.name}:${line}: ${message}`, { file: file.name, line: `${line}` })
  const read = readCsv(file.content)
  if (!read.ok) return wrong(read.error.details?.['line'] ?? '', read.error.message)
  const [head, ...records] = read.value
  const columns = Object.keys(schema.shape)
  if (head?.fields.join() !== columns.join()) return wrong(1, `the columns are ${columns.join(', ')}`)
  for (const { line, fields } of records) {
    if (fields.length !== columns.length) return wrong(line, `${fields.length} fields instead of ${columns.length}`)
    const row = schema.safeParse(Object.fromEntries(columns.map((column, index) => [column, fields[index]])))
    if (!row.success) return wrong(line, `${row.error.issues[0]?.path.join('.') ?? ''} is not of its form`)
    const id = String(row.data[key])
    if (rows.has(id)) return wrong(line, `${id} occurs twice`)
    rows.set(id, row.data)
  }
  return ok(rows)
}
