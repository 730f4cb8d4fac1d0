/** Every schema that has a name in the sources: what the reference links to. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import * as certificateLists from '../../shared/documents/certificate-list.ts'
import * as completionNotices from '../../shared/documents/completion-notice.ts'
import type { DocumentKind } from '../../shared/documents/document.ts'
import * as endorsements from '../../shared/documents/endorsement.ts'
import * as fields from '../../shared/documents/fields.ts'
import * as issueRequests from '../../shared/documents/issue-request.ts'
import * as descriptors from '../../shared/documents/market-descriptor.ts'
import * as offerings from '../../shared/documents/offering.ts'
import * as orders from '../../shared/documents/order.ts'
import * as registerEntries from '../../shared/documents/register-entry.ts'
import * as reissues from '../../shared/documents/reissue.ts'
import * as settlements from '../../shared/documents/settlement.ts'
import * as shareCertificates from '../../shared/documents/share-certificate.ts'
import * as transfers from '../../shared/documents/transfer.ts'
import * as authority from '../../shared/protocol/catalogue/authority.ts'
import { catalogue, type ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import * as exchange from '../../shared/protocol/catalogue/exchange.ts'
import * as issuer from '../../shared/protocol/catalogue/issuer.ts'
import * as settlement from '../../shared/protocol/catalogue/settlement.ts'
import * as messages from '../../shared/protocol/message.ts'
import { readComments, type SourceComments } from './comments.ts'
import { inside } from './schema-table.ts'

export interface Source {
  readonly comments: SourceComments
  readonly exports: Readonly<Record<string, unknown>>
}

export const root = join(import.meta.dirname, '../..')

export function source(path: string, exports: object): Source {
  const comments = readComments(readFileSync(join(root, 'shared', path), 'utf8'))
  return { comments, exports: exports as Readonly<Record<string, unknown>> }
}

/** In the order in which a reader needs them. */
export const sources: readonly Source[] = [
  source('documents/fields.ts', fields),
  source('documents/market-descriptor.ts', descriptors),
  source('documents/offering.ts', offerings),
  source('documents/issue-request.ts', issueRequests),
  source('documents/share-certificate.ts', shareCertificates),
  source('documents/register-entry.ts', registerEntries),
  source('documents/certificate-list.ts', certificateLists),
  source('documents/order.ts', orders),
  source('documents/transfer.ts', transfers),
  source('documents/completion-notice.ts', completionNotices),
  source('documents/settlement.ts', settlements),
  source('documents/endorsement.ts', endorsements),
  source('documents/reissue.ts', reissues),
]

export const catalogues: Readonly<Record<ServerRole, Source>> = {
  authority: source('protocol/catalogue/authority.ts', authority),
  issuer: source('protocol/catalogue/issuer.ts', issuer),
  exchange: source('protocol/catalogue/exchange.ts', exchange),
  settlement: source('protocol/catalogue/settlement.ts', settlement),
}

export const envelope = source('protocol/message.ts', messages)
export const ROLES = Object.keys(catalogue) as readonly ServerRole[]

export interface Named {
  readonly name: string
  readonly schema: z.ZodType
  readonly comment: string
  readonly typ: string | undefined
  readonly from: Source
}

function isSchema(value: unknown): value is z.ZodType {
  return value instanceof z.ZodType
}

function isDocumentKind(value: unknown): value is DocumentKind {
  return typeof value === 'object' && value !== null && 'typ' in value && 'schema' in value
}

function namedIn(from: Source): readonly Named[] {
  // An export of a module namespace is listed by name; a reader wants the order of the source.
  return Object.entries(from.exports)
    .flatMap(([name, value]): readonly Named[] => {
      const comment = from.comments.exported.get(name) ?? ''
      if (isDocumentKind(value)) return [{ name, schema: value.schema, comment, typ: value.typ, from }]
      return isSchema(value) ? [{ name, schema: value, comment, typ: undefined, from }] : []
    })
    .toSorted((a, b) => from.comments.order.indexOf(a.name) - from.comments.order.indexOf(b.name))
}

export const named = [...sources, ...Object.values(catalogues), envelope].flatMap(namedIn)
export const isObject = ({ schema }: Named): boolean =>
  ['object', 'union'].includes(inside(schema).type) && !isNameOfSender(schema)
const isNameOfSender = (schema: z.ZodType): boolean => schema === messages.senderName
const bySchema = new Map(named.map((each) => [each.schema, each]))

export const titleOf = (name: string): string => {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const anchorOf = (name: string): string => titleOf(name).toLowerCase().replaceAll(' ', '-')

export function linkOf(schema: z.ZodType): string | undefined {
  const known = bySchema.get(schema)
  if (known === undefined) return undefined
  return isObject(known) ? `[${titleOf(known.name).toLowerCase()}](#${anchorOf(known.name)})` : `\`${known.name}\``
}
