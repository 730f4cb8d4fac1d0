import { z } from 'zod'
import { applicationNumber, currency } from '../documents/fields.ts'
import { fileText, list, refusal } from '../wallet-api/members.ts'
import { company, nodeRole, ownAddress } from './plan.ts'

/**
 * What passes between an application and the node that it runs as a process of its own: JSON, over the channel that a parent
 * has to its child (Node's `fork`, Electron's `utilityProcess`). The node ends when that channel does.
 */

/** The fingerprint, address and names that a configured node goes by; nothing in it is secret. */
export const nodeDescription = z.strictObject({
  roles: list(nodeRole),
  /** What the wallets of investors join with. */
  link: z.string(),
  /** Address of its sockets, without a path. */
  url: z.string(),
  port: z.number().int(),
  /** Keys and databases. */
  dataFolder: z.string(),
  configFile: z.string(),
  /** Of the authority, if that role is here. */
  marketName: z.string().optional(),
  demonstration: z.boolean().optional(),
  /** What amounts at the desk are in: of the authority, the settlement server or the first class, whichever is here. */
  currency: currency.optional(),
})

/** How far the making of a node has come. */
export const makingStep = z.union([
  z.strictObject({ step: z.literal('root') }),
  z.strictObject({ step: z.literal('enrol'), role: nodeRole }),
  /** The authority of another market decides by hand. */
  z.strictObject({ step: z.literal('waits'), applicationNumber }),
])

/** What a node is made from. `join`: the market of another authority; without it the roles include `authority`. */
export const nodePlan = z.strictObject({
  /** Where the configuration goes; its folder is made and must not exist. */
  configFile: z.string().min(1),
  roles: list(nodeRole),
  /** How its servers are called in their certificates. */
  name: z.string(),
  marketName: z.string(),
  currency,
  demonstration: z.boolean(),
  companies: list(company),
  ...ownAddress,
  join: z.strictObject({ link: fileText, invitation: z.string().max(200) }).optional(),
  passphrase: z.string().optional(),
})

export const toNode = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('make'), plan: nodePlan }),
  z.strictObject({ kind: z.literal('start'), configFile: z.string(), passphrase: z.string().optional() }),
  /** An operation of a role of this node, asked in its operator's name; `body` in wire form. */
  z.strictObject({ kind: z.literal('ask'), id: z.string(), operation: z.string(), body: z.unknown() }),
  /** Lets the answers under way finish and ends. */
  z.strictObject({ kind: z.literal('stop') }),
])

export const fromNode = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('making'), at: makingStep }),
  /** The answer to `make`; the process ends after it. */
  z.strictObject({ kind: z.literal('made'), node: nodeDescription }),
  /** It listens; `alone`: every server that it needs is in this very process, so it must soon be ready. */
  z.strictObject({ kind: z.literal('listening'), node: nodeDescription, alone: z.boolean() }),
  /** Every role takes requests. */
  z.strictObject({ kind: z.literal('ready') }),
  /** A role stored something: what its desk answers may be different now. */
  z.strictObject({ kind: z.literal('changed') }),
  z.strictObject({
    kind: z.literal('answer'),
    id: z.string(),
    reply: z.union([
      z.strictObject({ ok: z.literal(true), body: z.unknown() }),
      z.strictObject({ ok: z.literal(false), error: refusal }),
    ]),
  }),
  /** One line of the log, without secrets. */
  z.strictObject({ kind: z.literal('log'), line: z.string() }),
  /** It cannot be made or started, and trying again would change nothing; the process ends after it. */
  z.strictObject({ kind: z.literal('failed'), error: refusal }),
])

export type NodeDescription = z.output<typeof nodeDescription>
export type MakingStep = z.output<typeof makingStep>
export type NodePlan = z.output<typeof nodePlan>
export type ToNode = z.output<typeof toNode>
export type FromNode = z.output<typeof fromNode>
