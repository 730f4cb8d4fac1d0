/** The generated parts of docs/PROTOCOL.md, by the name in their markers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { catalogue, type ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { CODES, TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import * as limits from '../../shared/protocol/limits.ts'
import type { Operation } from '../../shared/protocol/operation.ts'
import { CODE_MEANINGS, type Meaning } from './codes.ts'
import type { SourceComments } from './comments.ts'
import { FORM_MEANINGS, MEANINGS } from './meanings.ts'
import { END_REASONS, OPERATIONS } from './operations.ts'
import { formOf, rowsOf, unwrap, type Row } from './schema-table.ts'
import {
  catalogues,
  envelope,
  isObject,
  linkOf,
  named,
  root,
  ROLES,
  source,
  sources,
  titleOf,
  type Named,
} from './named-schemas.ts'

const cell = (text: string): string => text.replaceAll(/(?<!\\)\|/g, '\\|')
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')

/** Members without a meaning, found while rendering, and the meanings that were used. */
const missing = new Set<string>()
const used = new Set<string>()

function given(name: string): string | undefined {
  used.add(name)
  return MEANINGS[name]
}

const memberComments = Map.groupBy(
  [...sources, ...Object.values(catalogues)].flatMap(({ comments }) => [...comments.members]),
  ([path]) => path.split('.').at(-1),
)

/** Of a member that is taken over from another document: what is said there, if it is said in one place only. */
function onlyComment(member: string): string | undefined {
  const said = memberComments.get(member)
  return said?.length === 1 ? said[0]?.[1] : undefined
}

function meaningOf(row: Row, owner: string, comments: SourceComments): string {
  const own = row.path.replaceAll('[]', '').split('.').at(-1) ?? ''
  const constant = owner.split('.')[0] ?? ''
  const found =
    given(`${owner}.${row.path}`) ?? comments.members.get(`${constant}.${own}`) ?? given(own) ?? onlyComment(own)
  if (found === undefined) missing.add(`${owner}.${row.path}`)
  return found ?? ''
}

function memberTable(schema: z.ZodType, owner: string, comments: SourceComments): string {
  // The schema of a document is named after itself: its own rows are wanted here.
  const nameOf = (each: z.ZodType): string | undefined => (each === schema ? undefined : linkOf(each))
  const rows = rowsOf(schema, nameOf).map((row) => {
    const meaning = meaningOf(row, owner, comments)
    return [
      `\`${row.path}\`${row.optional ? '?' : ''}`,
      row.form,
      row.condition === '' ? meaning : `${meaning}; ${row.condition}`,
    ]
  })
  return rows.length === 0 ? 'No members.' : table(['member', 'form', 'meaning'], rows)
}

function unsaid(name: string): string {
  missing.add(`the form ${name}`)
  return ''
}

function forms(): string {
  const rows = named
    .filter((each) => !isObject(each))
    .map(({ name, schema, comment }) => [
      `\`${name}\``,
      formOf(schema, (each) => (each === schema ? undefined : linkOf(each))),
      comment === '' ? (FORM_MEANINGS[name] ?? unsaid(name)) : comment,
    ])
  return table(['form', 'on the wire', 'meaning'], rows)
}

function documentSection({ name, schema, comment, typ, from }: Named): string {
  const kind = typ === undefined ? '' : `A document of its own, \`typ\` is \`${typ}\`. `
  const intro = `${kind}${comment}`.trim()
  const body = memberTable(schema, name, from.comments)
  return [`### ${titleOf(name)}`, ...(intro === '' ? [] : [intro]), body].join('\n\n')
}

function documents(): string {
  return named
    .filter((each) => isObject(each) && each.from !== envelope)
    .map(documentSection)
    .join('\n\n')
}

function envelopes(): string {
  return named
    .filter((each) => isObject(each) && each.from === envelope)
    .map(documentSection)
    .join('\n\n')
}

/** A request or reply that is a document is named; other members are listed. */
function part(title: string, schema: z.ZodType, owner: string, comments: SourceComments): string {
  const { schema: bare } = unwrap(schema)
  const link = linkOf(bare)
  if (link !== undefined) return `${title}: ${link}.`
  const members = memberTable(bare, owner, comments)
  return members === 'No members.' ? `${title}: no members.` : `${title}:\n\n${members}`
}

const codeOrder = Object.values(CODES).flat() as readonly string[]

/** Codes in the order in which they are checked; the role's own list goes before those of others. */
function refusals(role: string, codes: readonly string[]): string {
  const own = (CODES as Readonly<Record<string, readonly string[]>>)[role] ?? []
  const place = (code: string): number =>
    own.includes(code) ? own.indexOf(code) - codeOrder.length : codeOrder.indexOf(code)
  const sorted = [...new Set(codes)].filter((code) => codeOrder.includes(code)).toSorted((a, b) => place(a) - place(b))
  return sorted.length === 0 ? '' : `Refusals: ${sorted.map((code) => `\`${code}\``).join(', ')}.`
}

function operationSection(role: ServerRole, name: string, operation: Operation): string {
  const full = `${role}.${name}`
  const described = OPERATIONS[full]
  if (described === undefined) missing.add(full)
  const { comments } = catalogues[role]
  const kind = operation.kind === 'command' ? 'Command' : 'Inquiry'
  return [
    `### \`${full}\``,
    described?.what ?? '',
    `${kind}, asked by: ${operation.askers.join(', ')}.`,
    part('Request', operation.request, `${full}.request`, comments),
    part('Reply', operation.reply, `${full}.reply`, comments),
    refusals(role, described?.codes ?? []),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}

const isCommon = (name: string): boolean => ['subscribe', 'unsubscribe', 'outbox'].includes(name)

function operations(role: ServerRole): string {
  return Object.entries(catalogue[role] as Readonly<Record<string, Operation>>)
    .filter(([name]) => !isCommon(name))
    .map(([name, operation]) => operationSection(role, name, operation))
    .join('\n\n')
}

function subscriptions(): string {
  const { subscribe, unsubscribe, outbox } = catalogue.exchange
  const comments: SourceComments = { order: [], exported: new Map(), members: new Map() }
  return Object.entries({ subscribe, unsubscribe, outbox })
    .map(([name, operation]) =>
      [
        `### \`<role>.${name}\``,
        OPERATIONS[name]?.what ?? '',
        `Inquiry, asked by: ${operation.askers.join(', ')}.`,
        part('Request', operation.request, `${name}.request`, comments),
        part('Reply', operation.reply, `${name}.reply`, comments),
      ].join('\n\n'),
    )
    .join('\n\n')
}

function events(role: ServerRole): string {
  const constant = `${role}Events`
  const { exports, comments } = catalogues[role]
  const kinds = Object.entries((exports[constant] ?? {}) as Readonly<Record<string, z.ZodType>>)
  if (kinds.length === 0) return 'None.'
  return kinds
    .map(([kind, schema]) => {
      const said = comments.members.get(`${constant}.${kind}`)
      return [
        `#### Event \`${kind}\``,
        ...(said === undefined ? [] : [said]),
        part('Body', schema, `${role}.${kind}`, comments),
      ].join('\n\n')
    })
    .join('\n\n')
}

function codeMeaning(group: string, code: string): Meaning | undefined {
  return CODE_MEANINGS[`${group}.${code}`] ?? CODE_MEANINGS[code]
}

const GROUP_TITLES: Readonly<Record<string, string>> = {
  form: 'Form. The message is not looked at any further, and nothing is stored',
  session: 'Session, signature, standing, members. Nothing is stored unless the operation says so',
  authority: 'Of the authority',
  issuer: 'Of the issuer',
  exchange: 'Of the exchange',
  settlement: 'Of the settlement server',
}

function codes(): string {
  return Object.entries(CODES as Readonly<Record<string, readonly string[]>>)
    .map(([group, list]) => {
      const rows = list.map((code) => {
        const said = codeMeaning(group, code)
        if (said === undefined) missing.add(`code ${group}.${code}`)
        const transient = TRANSIENT_CODES.has(code) ? ' (not now)' : ''
        return [`\`${code}\``, `${said?.when ?? ''}${transient}`, said?.remedy ?? '']
      })
      return `### ${GROUP_TITLES[group] ?? titleOf(group)}\n\n${table(['code', 'when', 'what to do'], rows)}`
    })
    .join('\n\n')
}

function limitTable(): string {
  const { comments } = source('protocol/limits.ts', limits)
  const values: Readonly<Record<string, number | string>> = limits
  const rows = comments.order
    .map((name) => [name, values[name] ?? ''] as const)
    .map(([name, value]) => [
      `\`${name}\``,
      typeof value === 'number'
        ? value.toLocaleString('en-US', { useGrouping: !name.startsWith('CLOSE_') })
        : `\`${value}\``,
      LIMIT_MEANINGS[name] ?? comments.exported.get(name) ?? unsaid(name),
    ])
  return table(['limit', 'value', 'meaning'], rows)
}

const LIMIT_MEANINGS: Readonly<Record<string, string>> = {
  PROTOCOL_VERSION: 'This document.',
  HEADERS_TIMEOUT_MS: 'For the headers of the upgrade or of a page.',
  REQUEST_TIMEOUT_MS: 'For a whole HTTP request.',
  MESSAGE_BURST: 'See `MESSAGES_PER_SECOND`.',
  MAX_PEER_IN_FLIGHT: 'The same for a session of a server.',
  PING_INTERVAL_MS: 'A server pings so often and cuts a connection that did not answer the ping before.',
  CLOSE_UNAUTHENTICATED: 'Close code: the session was not opened, or not in time.',
  CLOSE_RATE_LIMITED: 'Close code: too many messages.',
  CLOSE_BAD_MESSAGE: 'Close code used by clients: the server sent what is no message.',
  CLOSE_SLOW_READER: 'Close code: too much unread output.',
}

interface Vector {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: unknown
  readonly canonicalPayload: string
  readonly compact: string
  readonly hash: string
}

function vectors<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(join(root, 'docs/vectors', file), 'utf8')) as Shape
}

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
const canonicalJson = ({ canonicalPayload }: Vector): string => `\`\`\`json\n${canonicalPayload}\n\`\`\``
/** Kind of a message, and which members its header has besides. */
const kindOf = ({ header }: Vector): string =>
  `\`${String(header['typ'])}\`, header with ${['alg', 'typ', 'x5t#S256', 'x5c']
    .filter((name) => name in header)
    .map((name) => `\`${name}\``)
    .join(', ')}:`

/** The worked example, from the files that the tests verify. */
function example(): string {
  const { member } = vectors<{ readonly member: Readonly<Record<'welcome' | 'session' | 'ready', Vector>> }>(
    'session.json',
  )
  const { account, order, receipt, refusal } = vectors<
    Readonly<Record<'order' | 'receipt' | 'refusal', Vector>> & { readonly account: { readonly plaintext: unknown } }
  >('order.json')
  return [
    '**The session is opened.** The payloads of its three messages, in canonical form:',
    ...[member.welcome, member.session, member.ready].flatMap((each) => [kindOf(each), canonicalJson(each)]),
    '**The account number is sealed** for the order that follows. Plaintext, before it is written in canonical form:',
    json(account.plaintext),
    '**The order.** Header:',
    json(order.header),
    'Payload, before it is written in canonical form:',
    json(order.payload),
    'Compact form, in one line on the wire:',
    `\`\`\`\n${(order.compact.match(/.{1,100}/g) ?? []).join('\n')}\n\`\`\``,
    `Hash of the request, which the reply quotes and the receipt repeats: \`${order.hash}\``,
    '**The reply**, ' + kindOf(receipt),
    canonicalJson(receipt),
    '**A refusal** of the same order would be ' + kindOf(refusal),
    canonicalJson(refusal),
  ].join('\n\n')
}

export interface Rendered {
  readonly sections: ReadonlyMap<string, string>
  /** What has no meaning yet, what has one and does not exist; empty where all is well. */
  readonly problems: readonly string[]
}

export function renderSections(): Rendered {
  missing.clear()
  used.clear()
  const sections = new Map<string, string>([
    ['limits', limitTable()],
    ['forms', forms()],
    ['messages', envelopes()],
    ['subscriptions', subscriptions()],
    ['documents', documents()],
    ['codes', codes()],
    ['example', example()],
    ...ROLES.flatMap((role): [string, string][] => [
      [`operations ${role}`, operations(role)],
      [`events ${role}`, events(role)],
    ]),
  ])
  return { sections, problems: [...[...missing].map((name) => `no meaning for ${name}`), ...stale()] }
}

function stale(): readonly string[] {
  const names = new Set(ROLES.flatMap((role) => Object.keys(catalogue[role]).map((name) => `${role}.${name}`)))
  const known = new Set(
    Object.entries(CODES).flatMap(([group, list]) => list.flatMap((code) => [code, `${group}.${code}`])),
  )
  const answers = Object.values(OPERATIONS).flatMap((each) => each.codes)
  return [
    ...Object.keys(MEANINGS)
      .filter((name) => !used.has(name))
      .map((name) => `no member ${name}`),
    ...Object.keys(OPERATIONS)
      .filter((name) => !isCommon(name) && !names.has(name))
      .map((name) => `no operation ${name}`),
    ...Object.keys(CODE_MEANINGS)
      .filter((code) => !known.has(code))
      .map((code) => `no code ${code}`),
    ...new Set(
      answers
        .filter((code) => !codeOrder.includes(code))
        .map((code) => `an operation is refused with ${code}, which is no code`),
    ),
    ...unanswered(),
  ]
}

/** A code that only one role has must be among the refusals of one of its operations. */
function unanswered(): readonly string[] {
  return ROLES.flatMap((role) => {
    const list = (CODES as Readonly<Record<string, readonly string[]>>)[role] ?? []
    const given = new Set(
      Object.entries(OPERATIONS)
        .filter(([name]) => name.startsWith(`${role}.`))
        .flatMap(([, each]) => each.codes),
    )
    return list
      .filter((code) => !given.has(code) && !END_REASONS.has(code))
      .map((code) => `no operation of the role ${role} is refused with ${code}`)
  })
}
