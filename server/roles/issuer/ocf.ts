import { z } from 'zod'
import { classKey, classMembers, type ClassRef } from '../../../shared/documents/fields.ts'
import type { RegisterEntry } from '../../../shared/documents/register-entry.ts'
import type { TransferHistoryEntry } from '../../../shared/documents/transfer.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { Json } from '../../../shared/signing/canonical.ts'

/**
 * Open Cap Format (Open Cap Table Coalition, version 1): files of a `file_type` with `items`. A `security_id` is what a
 * certificate ID is here: each transfer extinguishes one and names the resulting ones, which have issuances of their own.
 */

/** A source row before its members are checked, with where it stands. */
export interface Imported {
  readonly where: Readonly<Record<'file' | 'line', string>>
  readonly wire: Readonly<Record<string, Json>>
}

/** What the files of another system cannot say: which class here theirs is, which user a stakeholder is. */
export interface Mapping {
  /** By stock class ID. Not needed where that ID is of the form `HOSHI:common`. */
  readonly classes?: ReadonlyMap<string, ClassRef>
  /** By stakeholder ID. Not needed where `issuer_assigned_id` is the user ID. */
  readonly userIds?: ReadonlyMap<string, string>
}

export interface SourceFile {
  readonly name: string
  readonly content: string
}

const file = z.object({ file_type: z.string(), items: z.array(z.record(z.string(), z.unknown())) })
const files = z.union([z.array(file), file.transform((one) => [one])])

const address = z.object({
  street_suite: z.string().optional(),
  city: z.string().optional(),
  country_subdivision: z.string().optional(),
  postal_code: z.string().optional(),
  country: z.string().optional(),
})

const stakeholder = z.object({
  id: z.string(),
  name: z.object({ legal_name: z.string() }),
  issuer_assigned_id: z.string().optional(),
  addresses: z.array(address).optional(),
})

const issuance = z.object({
  id: z.string(),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  security_id: z.string().min(1).max(80),
  stakeholder_id: z.string(),
  stock_class_id: z.string(),
  /** Fixed-point; shares are whole, so the decimals are zeros. */
  quantity: z.string().regex(/^[0-9]+(\.0{1,10})?$/),
  consideration_text: z.string().optional(),
})

/** After any of these a security is no more; what is left of it has an issuance of its own. */
const EXTINGUISHING = /^TX_STOCK_(?:TRANSFER|CANCELLATION|REPURCHASE|RETRACTION|REISSUANCE|CONVERSION)$/

export const IMPORTED_CONDITIONS = 'Taken over from an existing register'

interface Item {
  readonly where: Imported['where']
  readonly object: Readonly<Record<string, unknown>>
}

const lineAt = (content: string, position: number): string => `${content.slice(0, position).split('\n').length}`

/** The items of a file, each with the line on which its ID stands. */
function itemsOf({ name, content }: SourceFile): Result<readonly Item[], Refusal> {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1]
    return refuse('bad_json', 'no JSON', { file: name, line: lineAt(content, Number(position ?? 0)) })
  }
  const read = files.safeParse(parsed)
  if (!read.success) return refuse('bad_schema', 'no Open Cap Format file', { file: name, line: '1' })
  let line = 1
  let from = 0
  const items = read.data.flatMap((each) => each.items)
  return ok(
    items.map((object) => {
      // Items are parsed in the order of the text, so the next ID stands after the last one.
      const at = content.indexOf(JSON.stringify(object['id'] ?? ''), from)
      if (at >= 0) {
        line += content.slice(from, at).split('\n').length - 1
        from = at
      }
      return { where: { file: name, line: `${line}` }, object }
    }),
  )
}

function readItem<Schema extends z.ZodType>(
  schema: Schema,
  { where, object }: Item,
): Result<z.output<Schema>, Refusal> {
  const read = schema.safeParse(object)
  if (read.success) return ok(read.data)
  const [issue] = read.error.issues
  return refuse('bad_schema', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, where)
}

function classOf(id: string, mapping: Mapping): ClassRef | undefined {
  const mapped = mapping.classes?.get(id)
  if (mapped !== undefined) return mapped
  const [security, shareClass] = id.split(':')
  return z.object(classMembers).safeParse({ security, shareClass }).data
}

function addressOf(holder: z.output<typeof stakeholder>): string | undefined {
  const [first] = holder.addresses ?? []
  if (first === undefined) return undefined
  const { street_suite, city, country_subdivision, postal_code, country } = first
  const parts = [street_suite?.split(/\s*\n\s*/).join(', '), city, country_subdivision, postal_code, country]
  return parts.filter((part) => part !== undefined && part !== '').join(', ')
}

type Holders = ReadonlyMap<string, z.output<typeof stakeholder>>

function importIssuance(item: Item, holders: Holders, mapping: Mapping): Result<Imported, Refusal> {
  const read = readItem(issuance, item)
  if (!read.ok) return read
  const { stakeholder_id, stock_class_id, security_id, quantity, date, consideration_text } = read.value
  const holder = holders.get(stakeholder_id)
  if (holder === undefined) return refuse('bad_schema', `stakeholder_id: no stakeholder ${stakeholder_id}`, item.where)
  const ref = classOf(stock_class_id, mapping)
  if (ref === undefined) return refuse('unknown_class', `stock_class_id: which class is ${stock_class_id}?`, item.where)
  const userId = mapping.userIds?.get(stakeholder_id) ?? holder.issuer_assigned_id
  if (userId === undefined) {
    return refuse('bad_schema', `stakeholder ${stakeholder_id} has no issuer_assigned_id (the user ID)`, item.where)
  }
  const postalAddress = addressOf(holder)
  const wire = {
    ...ref,
    holderName: holder.name.legal_name,
    ...(postalAddress !== undefined && { postalAddress }),
    userId,
    quantity: quantity.replace(/\..*$/, '').replace(/^0+(?=\d)/, ''),
    conditionsOfIssue: consideration_text ?? IMPORTED_CONDITIONS,
    acquiredAt: `${date}T00:00:00.000Z`,
    sourceId: security_id,
  }
  return ok({ where: item.where, wire })
}

/** The securities that are outstanding by the stakeholders and transactions in these files. */
export function readOcf(sources: readonly SourceFile[], mapping: Mapping): Result<readonly Imported[], Refusal> {
  const items: Item[] = []
  for (const source of sources) {
    const read = itemsOf(source)
    if (!read.ok) return read
    items.push(...read.value)
  }
  const split = items.find(({ object }) => object['object_type'] === 'TX_STOCK_CLASS_SPLIT')
  if (split !== undefined) return refuse('bad_schema', 'stock class splits are to be applied first', split.where)
  const holders = new Map<string, z.output<typeof stakeholder>>()
  for (const item of items.filter(({ object }) => object['object_type'] === 'STAKEHOLDER')) {
    const read = readItem(stakeholder, item)
    if (!read.ok) return read
    holders.set(read.value.id, read.value)
  }
  const gone = new Set(
    items
      .filter(({ object }) => EXTINGUISHING.test(String(object['object_type'])))
      .map(({ object }) => object['security_id']),
  )
  const imported: Imported[] = []
  for (const item of items) {
    if (item.object['object_type'] !== 'TX_STOCK_ISSUANCE' || gone.has(item.object['security_id'])) continue
    const read = importIssuance(item, holders, mapping)
    if (!read.ok) return read
    imported.push(read.value)
  }
  return ok(imported)
}

const dateOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

/** RE: what took the place of a reissued entry; one for one where the certificate number stayed. */
function successorsOf(entry: RegisterEntry, entries: readonly RegisterEntry[]): string[] {
  const made = entries.filter(({ enteredBy, security, shareClass }) => {
    return enteredBy === entry.retiredBy && security === entry.security && shareClass === entry.shareClass
  })
  const same = made.filter(({ certificateNumber }) => certificateNumber === entry.certificateNumber)
  return (same.length > 0 ? same : made).map(({ certificateId }) => certificateId)
}

/**
 * Stakeholders and transactions as one JSON array of two files. `share_price` is left out: a register does not know it.
 * `entries` are all entries ever, retired ones too.
 */
export function writeOcf(entries: readonly RegisterEntry[], transfers: readonly TransferHistoryEntry[]): string {
  const holders = new Map(entries.map((entry) => [entry.userId, entry]))
  const stakeholders = [...holders.values()].map(({ userId, holderName, postalAddress }) => ({
    object_type: 'STAKEHOLDER',
    id: userId,
    name: { legal_name: holderName },
    stakeholder_type: 'INDIVIDUAL',
    issuer_assigned_id: userId,
    ...(postalAddress !== undefined && { comments: [postalAddress] }),
  }))
  const issuances = entries.map((entry) => ({
    object_type: 'TX_STOCK_ISSUANCE',
    id: `issuance-${entry.certificateId}`,
    date: dateOf(entry.acquiredAt),
    security_id: entry.certificateId,
    custom_id: entry.certificateNumber,
    stakeholder_id: entry.userId,
    stock_class_id: classKey(entry),
    quantity: entry.quantity.toString(),
    consideration_text: entry.conditionsOfIssue,
    security_law_exemptions: [],
    stock_legend_ids: [],
  }))
  const moved = transfers.map((transfer) => ({
    object_type: 'TX_STOCK_TRANSFER',
    id: transfer.transferNumber,
    date: dateOf(transfer.at),
    security_id: transfer.certificateId,
    quantity: transfer.quantity.toString(),
    resulting_security_ids: [transfer.newCertificateId],
    ...(transfer.remainderCertificateId !== undefined && { balance_security_id: transfer.remainderCertificateId }),
  }))
  const reissued = entries
    .filter(({ retiredBy }) => retiredBy?.startsWith('RE-') === true)
    .map((entry) => ({
      object_type: 'TX_STOCK_REISSUANCE',
      id: `${entry.retiredBy ?? ''}-${entry.certificateId}`,
      date: dateOf(entry.retiredAt ?? entry.acquiredAt),
      security_id: entry.certificateId,
      resulting_security_ids: successorsOf(entry, entries),
    }))
  const written = [
    { file_type: 'OCF_STAKEHOLDERS_FILE', items: stakeholders },
    { file_type: 'OCF_TRANSACTIONS_FILE', items: [...issuances, ...moved, ...reissued] },
  ]
  return `${JSON.stringify(written, undefined, 2)}\n`
}
