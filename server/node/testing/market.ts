import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { IssueRequest } from '../../../shared/documents/issue-request.ts'
import { fromBase64 } from '../../../shared/kernel/bytes.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { httpOrigin, writeMarketLink } from '../../../shared/market/market-link.ts'
import { MarketTrust } from '../../../shared/market/market-trust.ts'
import { parseCertificate } from '../../../shared/pki/certificate.ts'
import type { ServerRole } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { RoleStore } from '../../commit/store.ts'
import { systemClock } from '../../runtime/ids.ts'
import { readKeyFile } from '../../runtime/key-file.ts'
import { nodeVerifier } from '../../runtime/node-signing.ts'
import { Asker } from '../enrol.ts'
import { initNode } from '../init.ts'
import { fetchMarket } from '../market-follower.ts'
import { loadIdentity, roleFolder } from '../role-folder.ts'
import { issue } from './bodies.ts'
import { AUTHORISED, CURRENCY, KAWA, MORI, REFERENCE_MINOR, type Holding, type Investor } from './cast.ts'
import { applicant, drawKeys, Member, type Keys } from './member.ts'
import { Place, until } from './place.ts'

export const SERVER_ROLES = ['authority', 'issuer', 'exchange', 'settlement'] as const

const OPERATOR = 'test'

const CLASSES = [KAWA, MORI].map(({ security }) => ({
  security,
  companyName: `${security} Works`,
  incorporatedOn: '1999-04-01',
  authorised: AUTHORISED,
  referencePriceMinor: REFERENCE_MINOR,
}))

export interface MarketOptions {
  /** Each role in a node of its own; else all in one. */
  readonly split?: boolean
  /** A new revocation list is drawn this often and is good for twice as long. */
  readonly crlPeriodSeconds?: number
}

/** A real market in a temporary folder: keys, databases, sockets. The caller closes it. */
export class TestMarket {
  readonly folder: string
  readonly places: readonly Place[]
  readonly trust: MarketTrust
  readonly #members: Member[] = []

  constructor(folder: string, places: readonly Place[]) {
    this.folder = folder
    this.places = places
    this.trust = new MarketTrust({
      rootThumbprint: places[0]?.loaded.config.market.root ?? '',
      verifier: nodeVerifier(),
      clock: systemClock,
    })
  }

  place(role: ServerRole): Place {
    const place = this.places.find(({ roles }) => roles.includes(role))
    if (place === undefined) throw new Error(`no node for ${role}`)
    return place
  }

  store(role: ServerRole): RoleStore {
    const hosted = this.place(role).node.roles.get(role)
    if (hosted === undefined) throw new Error(`${role} does not run here`)
    return hosted.store
  }

  url(role: ServerRole): string {
    const { host, port } = this.place(role).loaded.config.node
    return `ws://${host}:${port}/${role}`
  }

  /** What the clients of the test believe: fetched anew, as a wallet does. */
  async refresh(): Promise<void> {
    const problem = await fetchMarket(this.trust, httpOrigin(this.url('authority')), fetch)
    if (problem !== undefined) throw new Error(problem.message)
  }

  /** A server's own key and certificate, in the hands of the test: operator of its role, or a server gone bad. */
  server(role: ServerRole): Promise<Member> {
    const folder = roleFolder(this.place(role).loaded.dataFolder, role)
    const { userId, chain } = loadIdentity(folder)
    return this.member(userId, drawKeys(readKeyFile(folder.signingKey, undefined)), chain)
  }

  async member(userId: string, keys: Keys, chain: readonly string[]): Promise<Member> {
    const leaf = await parseCertificate(fromBase64(chain[0] ?? '') ?? new Uint8Array())
    if (!leaf.ok) throw new Error(leaf.error.message)
    const member = new Member({ userId, keys, chain, thumbprint: leaf.value.thumbprint, trust: this.trust })
    this.#members.push(member)
    return member
  }

  /** From nothing to a certificate of the authority. */
  async enrol(name: string): Promise<Investor> {
    const keys = drawKeys()
    const { identity, request } = await applicant(keys, name)
    const authority = this.trust.find('authority')
    if (authority === undefined) throw new Error('the market has no authority')
    const server = { role: 'authority' as const, userId: authority.userId }
    const asker = new Asker({ me: identity, url: this.url('authority'), server, trust: this.trust })
    const enrolled = must(await asker.ask('authority.enrol', { name, role: 'investor', request }))
    asker.close()
    const { userId, chain } = enrolled
    if (userId === undefined || chain === undefined) throw new Error(`${name} is not enrolled`)
    return { name, member: await this.member(userId, keys, chain) }
  }

  /** Enrolled, with an account and money in it. */
  async investor(name: string, cashMinor: bigint): Promise<Investor> {
    const investor = await this.enrol(name)
    const { member } = investor
    const account = async (id: string) => ({ account: await member.sealed(id), name, currency: CURRENCY })
    must(await member.ask('settlement.open-account', account))
    if (cashMinor > 0n) await this.deposit(investor, cashMinor)
    return investor
  }

  async deposit({ member }: Investor, amountMinor: bigint, reference = `opening ${member.userId}`): Promise<void> {
    const bank = await this.server('settlement')
    must(
      await bank.ask('settlement.deposit', {
        userId: member.userId,
        currency: CURRENCY,
        amountMinor,
        reference,
        operator: OPERATOR,
      }),
    )
    bank.close()
  }

  /** Allots shares, which the holder collects; the exchange has them in its list when this is done. */
  async give({ member, name }: Investor, quantity: bigint, issued: typeof KAWA | typeof MORI = KAWA): Promise<Holding> {
    const issuer = await this.server('issuer')
    const { allotments } = must(
      await issuer.ask('issuer.allot', {
        allotments: [
          { ...issued, holderName: name, userId: member.userId, quantity, conditionsOfIssue: 'paid in full' },
        ],
        operator: OPERATOR,
      }),
    )
    issuer.close()
    const ground = { kind: 'allotment', allotmentNumber: allotments[0]?.allotmentNumber ?? '' } as const
    const [holding] = await this.collect({ member, name }, quantity, ground, issued)
    await this.quiet()
    if (holding === undefined) throw new Error('nothing was collected')
    return holding
  }

  /** What a transfer, an allotment or a reissue made. */
  async collect(
    investor: Investor,
    quantity: bigint,
    ground: IssueRequest['ground'],
    issued: typeof KAWA | typeof MORI = KAWA,
  ): Promise<Holding[]> {
    const { certificates } = must(await investor.member.ask('issuer.issue', issue(investor, quantity, ground, issued)))
    return certificates.map(holdingOf)
  }

  /** Nothing is on its way from one role to another. Only for nodes in this process. */
  async quiet(): Promise<void> {
    const hosted = this.places.flatMap((place) => (place.runsHere ? [...place.node.roles.values()] : []))
    await until(
      'all messages are answered',
      () => hosted.every(({ store }) => store.waiting().length === 0) || undefined,
    )
  }

  /** Equal before and after: every table of every role that runs here, so every balance, hold, order, list and register entry too. */
  states(): Record<string, string> {
    const running = SERVER_ROLES.filter((role) => this.place(role).runsHere)
    return Object.fromEntries(running.map((role) => [role, this.store(role).stateHash()]))
  }

  async close(): Promise<void> {
    for (const member of this.#members) member.close()
    await Promise.all(this.places.map((place) => place.stop()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function must<Value>(result: Result<Value, Refusal>): Value {
  if (result.ok) return result.value
  throw new Error(`refused with ${result.error.code}: ${result.error.message}`)
}

/** What a signed share certificate says, unverified: the test made the market. */
export function holdingOf(certificate: string): Holding {
  const payload = Buffer.from(certificate.split('.')[1] ?? '', 'base64url').toString('utf8')
  const { certificateId, quantity } = JSON.parse(payload) as { certificateId: string; quantity: string }
  return { certificateId, certificate, quantity: BigInt(quantity) }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Makes a market and starts its nodes in this process. */
export async function openTestMarket(options: MarketOptions = {}): Promise<TestMarket> {
  const folder = mkdtempSync(join(tmpdir(), 'kabuken-test-'))
  const places =
    options.split === true
      ? SERVER_ROLES.map((role) => new Place(join(folder, role, 'kabuken.toml'), [role]))
      : [new Place(join(folder, 'node', 'kabuken.toml'), SERVER_ROLES)]
  for (const place of places) {
    await initialise(place, places[0] ?? place, options)
    await place.start()
    if (place.roles.includes('authority')) await place.node.ready
  }
  await Promise.all(places.map((place) => place.node.ready))
  const market = new TestMarket(folder, places)
  await market.refresh()
  await market.quiet()
  return market
}

async function initialise(place: Place, first: Place, options: MarketOptions): Promise<void> {
  mkdirSync(dirname(place.config), { recursive: true })
  await initNode({
    configFile: place.config,
    roles: place.roles,
    name: 'Test',
    marketName: 'Test Market',
    currency: CURRENCY,
    demonstration: true,
    classes: CLASSES,
    host: '127.0.0.1',
    port: await freePort(),
    passphrase: undefined,
    progress: () => undefined,
    ...(place === first ? {} : await invitation(place, first)),
  })
  const text = readFileSync(place.config, 'utf8')
    .replace(/^refreshSeconds = .*$/m, 'refreshSeconds = 1')
    // Seldom: a list drawn in the middle of a test would change the authority's state.
    .replace(/^crlPeriodSeconds = .*$/m, `crlPeriodSeconds = ${options.crlPeriodSeconds ?? 3600}`)
    .replace(/^logLevel = .*$/m, 'logLevel = "warn"')
    .replace(/(security = "MORI"[^[]*?)lot = "1"/, '$1lot = "10"')
  writeFileSync(place.config, text)
}

async function invitation(place: Place, first: Place): Promise<{ join: string; invitation: string }> {
  const [role] = place.roles
  const authority = first.node.roles.get('authority')
  if (role === undefined || authority === undefined) throw new Error('the authority starts first')
  const invited = must(
    await authority.ask('authority.invite', {
      role,
      validUntil: Date.now() + 600_000,
      operator: OPERATOR,
      ...(role === 'issuer' ? { securities: CLASSES.map(({ security }) => security) } : {}),
    }),
  )
  return { invitation: invited.invitation, join: writeMarketLink(first.loaded.config.market) }
}
