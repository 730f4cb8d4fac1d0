import { userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { httpOrigin } from '../../shared/market/market-link.ts'
import { MarketTrust } from '../../shared/market/market-trust.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
  type ServerRole,
} from '../../shared/protocol/catalogue/catalogue.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { loadConfig } from '../config/config.ts'
import { expectation } from '../config/expectation.ts'
import { Asker } from '../node/enrol.ts'
import { fetchMarket, recallMarket } from '../node/market-follower.ts'
import { loadRole, roleFolder } from '../node/role-folder.ts'
import { systemClock } from '../runtime/ids.ts'
import { nodeSigner, nodeVerifier } from '../runtime/node-signing.ts'
import { passphraseFrom } from './passphrase.ts'

/** How long an operator's command waits for its node. */
const PATIENCE_MS = 15_000

/** A connection to one's own running role, opened with the role's own key: whoever may read that key is its operator. */
export interface Desk {
  readonly ask: <Name extends OperationName>(operation: Name, body: RequestBody<Name>) => Promise<ReplyBody<Name>>
  readonly close: () => void
}

export interface DeskOptions {
  readonly config: string
  readonly passphraseFile?: string
}

/** Who typed the command, for the role's journal. */
export function operatorName(): string {
  return process.env['KABUKEN_OPERATOR'] ?? userInfo().username
}

async function openDesk(role: ServerRole, options: DeskOptions): Promise<Desk> {
  const loaded = loadConfig(options.config)
  const { config, dataFolder } = loaded
  const own = await loadRole(
    roleFolder(dataFolder, role),
    role,
    passphraseFrom(options.passphraseFile),
    systemClock.now(),
  )
  const trust = new MarketTrust({ rootThumbprint: config.market.root, verifier: nodeVerifier(), clock: systemClock })
  await recall(trust, join(dataFolder, 'market.json'), config.market.authority)
  const url = trust.member(own.identity.userId)?.url
  if (url === undefined)
    throw new CommandFailed(
      EXIT.unanswered,
      'not_ready',
      'the market is not known yet: start the node first (kabuken node --config FILE)',
    )
  const signer = nodeSigner(own.signingKey.export({ type: 'pkcs8', format: 'der' }), {
    'x5t#S256': own.certificate.certificate.thumbprint,
  })
  const asker = new Asker({
    me: { from: own.identity.userId, signer, chain: own.identity.chain },
    url,
    server: { role, userId: own.identity.userId },
    trust,
  })
  return {
    async ask(operation, body) {
      checkTyped(operation, body)
      const answered = await asker.ask(operation, body, PATIENCE_MS)
      if (answered.ok) return answered.value
      const { code, message, details } = answered.error
      if (code === 'connection_lost')
        throw new CommandFailed(EXIT.unanswered, code, `no answer from ${url}: is the node running? (${message})`)
      const advice = ADVICE[code]
      throw new CommandFailed(
        TRANSIENT_CODES.has(code) ? EXIT.unanswered : EXIT.refused,
        code,
        advice === undefined ? message : `${message}: ${advice}`,
        undefined,
        details,
      )
    },
    close: () => asker.close(),
  }
}

/** What the operator of the node can do about a code that tells others to wait. */
const ADVICE: Readonly<Record<string, string>> = {
  storage_failed: 'see to the disk, then restart the node',
  internal_error: 'its log says more',
}

/** What people typed is checked before it is signed; the first member that is wrong is named. */
function checkTyped<Name extends OperationName>(operation: Name, body: RequestBody<Name>): void {
  const { request } = operationNamed(operation)
  const written = z.safeEncode(request, body as z.output<typeof request>)
  if (written.success) return
  const [issue] = written.error.issues
  const member = issue?.path.map(String).join('.') ?? ''
  throw new CommandFailed(EXIT.usage, 'bad_value', `${member}: ${expectation(issue)}`, undefined, { member })
}

/** What the node itself saw last, and what the authority answers now. */
async function recall(trust: MarketTrust, memoryFile: string, authority: string): Promise<void> {
  await recallMarket(trust, memoryFile)
  const problem = await fetchMarket(trust, httpOrigin(authority), fetch)
  if (problem !== undefined && trust.descriptor === undefined)
    throw new CommandFailed(
      EXIT.unanswered,
      problem.code,
      `the authority ${authority} does not answer: ${problem.message}`,
    )
}

/** Opens the desk, does the work, closes it whatever happens. */
export async function atDesk<Value>(
  role: ServerRole,
  options: DeskOptions,
  work: (desk: Desk) => Promise<Value>,
): Promise<Value> {
  const desk = await openDesk(role, options)
  try {
    return await work(desk)
  } finally {
    desk.close()
  }
}
