import { userInfo } from 'node:os'
import type { z } from 'zod'
import type { NodePlan } from '../../shared/bundled-node/channel.ts'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { findOperation } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { deskOperations, type DeskOperationName, type nodeOperations } from '../../shared/wallet-api/node.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { NodeSupervisor } from '../node/supervisor.ts'
import type { WalletSession } from './session.ts'

export interface NodeHost {
  readonly session: WalletSession
  /** Undefined where this host has no program to run as a node. */
  readonly node: NodeSupervisor | undefined
}

/** The node goes on running while the wallet is locked; nobody gets at its desk then. */
export function nodeAndDesk({ session, node }: NodeHost): Pick<Implementation, keyof typeof nodeOperations> {
  const opened =
    <Input, Output>(act: (node: NodeSupervisor, input: Input) => Promise<Result<Output, Refusal>>) =>
    async (input: Input): Promise<Result<Output, Refusal>> => {
      const wallet = session.open()
      if (!wallet.ok) return wallet
      return node === undefined ? refuse('node_unavailable', 'this wallet has no node to run') : act(node, input)
    }
  const desk = Object.keys(deskOperations).map((name) => [
    name,
    opened((open, input) => atDesk(open, name as DeskOperationName, input)),
  ])
  return {
    'node.state': opened(async (open) => ok(open.state())),
    'node.create': opened((open, { marketName, ...form }) =>
      open.make(present({ ...form, name: marketName, marketName })),
    ),
    'node.join': opened((open, { link, invitation, role, ...form }) =>
      open.make(
        present({ ...form, roles: [role], marketName: form.name, demonstration: false, join: { link, invitation } }),
      ),
    ),
    'node.start': opened((open, { passphrase }) => open.start(passphrase)),
    'node.stop': opened(async (open) => {
      await open.stop()
      return ok({})
    }),
    'node.setAutostart': opened((open, { autostart }) => open.setAutostart(autostart)),
    'node.log': opened(async (open) => ok({ lines: open.log() })),
    ...(Object.fromEntries(desk) as Pick<Implementation, DeskOperationName>),
  }
}

/** What was decoded never has a member that is there and undefined; only its type allows it. */
function present(plan: { [Member in keyof Omit<NodePlan, 'configFile'>]: NodePlan[Member] | undefined }) {
  return plan as Omit<NodePlan, 'configFile'>
}

async function atDesk(node: NodeSupervisor, name: DeskOperationName, input: unknown): Promise<Result<never, Refusal>> {
  const operation = name.slice('node.'.length)
  const form: { readonly input: z.ZodType; readonly output: z.ZodType } = deskOperations[name]
  const body = writeMembers(form.input, input) as Readonly<Record<string, Json>>
  const asked = findOperation(operation)?.request as z.ZodObject
  const reply = await node.ask(operation, 'operator' in asked.shape ? { ...body, operator: operatorName() } : body)
  return reply.ok ? (readMembers(form.output, reply.body) as Result<never, Refusal>) : reply
}

/** For the role's journal: whoever this application belongs to. */
function operatorName(): string {
  return userInfo().username.trim().slice(0, 120) || 'wallet'
}
