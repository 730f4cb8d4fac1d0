import { z } from 'zod'
import { ok, refuse, type Refusal, type Result } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'

/** A kind of signed document that travels on its own: its `typ` and the schema of its payload. */
export interface DocumentKind<Schema extends z.ZodType = z.ZodType> {
  readonly typ: string
  readonly schema: Schema
}

export type DocumentOf<Kind> = Kind extends DocumentKind<infer Schema> ? z.output<Schema> : never

/** Codes that a schema can give besides `bad_schema`; they are the `error` of the field that failed. */
const FIELD_CODES = new Set(['bad_amount', 'bad_text', 'bad_date', 'bad_sequence'] as const)
export type SchemaCode = 'bad_schema' | 'bad_amount' | 'bad_text' | 'bad_date' | 'bad_sequence'

/** Wire form to memory form, or the first member that is wrong: its path in `details.member`. */
export function readMembers<Schema extends z.ZodType>(
  schema: Schema,
  wire: Json,
): Result<z.output<Schema>, Refusal<SchemaCode>> {
  const read = z.safeDecode(schema, wire as z.input<Schema>)
  if (read.success) return ok(read.data)
  const issue = read.error.issues[0]
  const member = issue === undefined ? '' : issue.path.map(String).join('.')
  const named = issue?.message as SchemaCode | undefined
  const code = named !== undefined && FIELD_CODES.has(named as never) ? named : 'bad_schema'
  return refuse(code, `${member === '' ? 'the document' : member}: ${issue?.message ?? 'invalid'}`, { member })
}

/** Memory form to wire form. Throws on a value that the schema does not allow: that is a bug of the caller. */
export function writeMembers<Schema extends z.ZodType>(schema: Schema, value: z.output<Schema>): Json {
  return dropUndefined(z.encode(schema, value) as Json) as Json
}

/** An optional member that is absent is not written; `undefined` has no JSON form. */
function dropUndefined(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => dropUndefined(item) as Json)
  if (value === null || typeof value !== 'object') return value
  const kept: Record<string, Json> = {}
  for (const [name, member] of Object.entries(value)) {
    const clean = dropUndefined(member as Json | undefined)
    if (clean !== undefined) kept[name] = clean
  }
  return kept
}
