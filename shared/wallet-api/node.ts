import { z } from 'zod'
import { makingStep, nodeDescription } from '../bundled-node/channel.ts'
import { company, nodeRole, ownAddress } from '../bundled-node/plan.ts'
import { currency, instant, text } from '../documents/fields.ts'
import { authorityOperations as authority } from '../protocol/catalogue/authority.ts'
import { exchangeOperations as exchange } from '../protocol/catalogue/exchange.ts'
import { issuerOperations as issuer } from '../protocol/catalogue/issuer.ts'
import { settlementOperations as settlement } from '../protocol/catalogue/settlement.ts'
import { fileText, list, refusal } from './members.ts'

/**
 * `none`: there is no node here. `making`: its keys and certificates are made. `starting`: until every role takes requests; a
 * node that has joined a market waits in it for the market's other servers. `failed`: it does not start, and not by itself.
 */
export const nodeState = z.strictObject({
  state: z.enum(['none', 'making', 'stopped', 'starting', 'ready', 'failed']),
  /** As it was last made or started. */
  node: nodeDescription.optional(),
  making: makingStep.optional(),
  /** While `starting`: it listens already. */
  listens: z.boolean(),
  /** Why it is `failed`. */
  failure: refusal.optional(),
  /** It ended by itself since it was last started by hand, at last then, so many times in a row. */
  crash: z
    .strictObject({
      at: instant,
      times: z.number().int(),
      /** The next attempt, while it is waited for. */
      restartAt: instant.optional(),
      /** The end of its log. */
      lines: list(z.string()),
    })
    .optional(),
  /** Its keys are encrypted: starting takes the passphrase, so it cannot start with the application. */
  encrypted: z.boolean(),
  autostart: z.boolean(),
})

const nothing = z.strictObject({})
/** Absent: the keys are plain files, for their owner's eyes only. */
const passphrase = z.string().min(8).max(1000).optional()
const companies = list(company).refine(
  (all) => all.length <= 64 && new Set(all.map(({ security }) => security)).size === all.length,
)
/** Names in certificates, with the role's behind it, have 64 characters at most (X.520 ub-common-name). */
const serverName = text(50)

const createForm = z
  .strictObject({
    marketName: serverName,
    currency,
    roles: list(nodeRole).refine((roles) => roles.includes('authority')),
    companies,
    demonstration: z.boolean(),
    ...ownAddress,
    passphrase,
  })
  .refine(({ roles, companies: all }) => all.length > 0 || !(roles.includes('issuer') || roles.includes('exchange')))

const joinForm = z
  .strictObject({
    link: fileText,
    /** For this role; from the authority of the market. */
    invitation: z.string().min(1).max(200),
    role: nodeRole.exclude(['authority']),
    name: serverName,
    currency,
    companies,
    ...ownAddress,
    passphrase,
  })
  .refine(({ role, companies: all }) => all.length > 0 || role === 'settlement')

function ask<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { input, output, confirms: false, progress: false } as const
}

type Shape = Readonly<Record<string, z.ZodType>>

/** As the operator asks it; whose hand it was is added by the host. */
function atDesk<Members extends Shape & { operator: z.ZodType }, Reply extends z.ZodType>({
  request,
  reply,
}: {
  readonly request: z.ZodObject<Members>
  readonly reply: Reply
}) {
  return ask(request.omit({ operator: true } as never) as z.ZodObject<Omit<Members, 'operator'>>, reply)
}

/**
 * The desk: `node.<operation of the role>`. These are signed with the node's own key, not the wallet's: screens ask the person
 * themselves before they change something. Without a node that runs the role: `node_stopped`.
 */
export const deskOperations = {
  'node.authority.applications': ask(authority.applications.request, authority.applications.reply),
  'node.authority.approve': atDesk(authority.approve),
  'node.authority.refuse': atDesk(authority.refuse),
  'node.authority.invite': atDesk(authority.invite),
  'node.authority.certificates': ask(authority.certificates.request, authority.certificates.reply),
  'node.authority.revoke': atDesk(authority.revoke),
  'node.authority.outbox': ask(authority.outbox.request, authority.outbox.reply),
  'node.issuer.offerings': ask(issuer.offerings.request, issuer.offerings.reply),
  'node.issuer.offer': atDesk(issuer.offer),
  'node.issuer.register': ask(issuer.register.request, issuer.register.reply),
  'node.issuer.allot': atDesk(issuer.allot),
  'node.issuer.approve': atDesk(issuer.approve),
  'node.issuer.outbox': ask(issuer.outbox.request, issuer.outbox.reply),
  'node.exchange.listings': ask(exchange.listings.request, exchange.listings.reply),
  'node.exchange.halt': atDesk(exchange.halt),
  'node.exchange.orders': ask(exchange.orders.request, exchange.orders.reply),
  'node.exchange.cancel-all': atDesk(exchange['cancel-all']),
  'node.exchange.matches': ask(exchange.matches.request, exchange.matches.reply),
  'node.exchange.resolve': atDesk(exchange.resolve),
  'node.exchange.outbox': ask(exchange.outbox.request, exchange.outbox.reply),
  'node.settlement.accounts': ask(settlement.accounts.request, settlement.accounts.reply),
  'node.settlement.deposit': atDesk(settlement.deposit),
  'node.settlement.withdraw': atDesk(settlement.withdraw),
  'node.settlement.statement': ask(settlement.statement.request, settlement.statement.reply),
  'node.settlement.outbox': ask(settlement.outbox.request, settlement.outbox.reply),
} as const

/** The bundled node: a market, or a server of one, that runs beside this wallet. */
export const nodeOperations = {
  'node.state': ask(nothing, nodeState),
  /** A new market, root and all. Answered when it is made, or when that came to nothing. `node_exists`, `node_busy`. */
  'node.create': ask(createForm, nothing),
  /** One server for the market of another authority. `bad_link`, `invitation_invalid`, `node_exists`. */
  'node.join': ask(joinForm, nothing),
  /** Answered when it listens. `passphrase_required`, `passphrase_wrong`, `port_in_use`, ... */
  'node.start': ask(z.strictObject({ passphrase: z.string().min(1).max(1000).optional() }), nothing),
  /** Answered when it has ended; also gives up the making of one. */
  'node.stop': ask(nothing, nothing),
  /** `passphrase_required`: nobody would be there to type it. */
  'node.setAutostart': ask(z.strictObject({ autostart: z.boolean() }), nothing),
  /** The newest lines, the oldest first. */
  'node.log': ask(nothing, z.strictObject({ lines: list(z.string()) })),
  ...deskOperations,
} as const

export type NodeState = z.output<typeof nodeState>
export type DeskOperationName = keyof typeof deskOperations
