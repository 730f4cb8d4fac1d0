import { readMembers, writeMembers } from '../../../shared/documents/document.ts'
import {
  marketDescriptor,
  type MarketDescriptor,
  type MemberRole,
} from '../../../shared/documents/market-descriptor.ts'
import { shareCertificate, type ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { fromBase64, toBase64, toBase64Url, type Bytes } from '../../../shared/kernel/bytes.ts'
import type { Refusal } from '../../../shared/kernel/result.ts'
import {
  buildHierarchy,
  DAY,
  generateKeys,
  issueCrl,
  issueLeaf,
  NOW,
  parsed,
  type CrlChange,
  type Hierarchy,
} from '../../../shared/pki/forge.ts'
import { issueIdentityCertificate, type IdentityRequest } from '../../../shared/pki/issue.ts'
import type { KeyPair } from '../../../shared/pki/keys.ts'
import { readRequest } from '../../../shared/pki/request.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
} from '../../../shared/protocol/catalogue/catalogue.ts'
import type { OpenSocket, SocketListener } from '../../../shared/protocol/link.ts'
import { replyTyp, requestPayload, sessionBody, TYP } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import { openAccount } from '../../../shared/signing/jwe.ts'
import { hashJws, parseJws, signJws, type Signer } from '../../../shared/signing/jws.ts'
import { importAgreementKey, importSigner } from '../../../shared/signing/webcrypto.ts'

/** For tests: a market whose servers answer as the test says, rightly or wrongly, over sockets that are none. */

const POLICY = { orderLimitMinor: 1_000_000n, dayLimitMinor: 1_000_000n, currency: 'JPY', shortSellingProhibited: true }
export const CLASS = { security: 'HOSHI', shareClass: 'common' } as const

export interface Party {
  readonly userId: string
  readonly role: MemberRole
  readonly signer: Signer
  readonly certificate: string
  readonly keys: KeyPair
  readonly serial: string
}

export interface Asked<Name extends OperationName> {
  readonly id: string
  readonly from: string
  readonly hash: string
  readonly body: RequestBody<Name>
}

/** What a server sends back: a reply, a refusal, a message word for word, or nothing at all. */
export type Reaction<Name extends OperationName> =
  | { readonly reply: ReplyBody<Name> }
  | { readonly refusal: Refusal }
  | { readonly message: string }
  | 'silence'

type Script = Map<string, (asked: Asked<never>) => Promise<Reaction<never>>>

export class HostileMarket {
  readonly hierarchy: Hierarchy
  readonly parties: Readonly<Record<'authority' | 'issuer' | 'otherIssuer' | 'exchange' | 'settlement', Party>>
  readonly #agreement: Party
  readonly #script: Script = new Map()
  readonly #pages = new Map<string, Bytes>()

  private constructor(hierarchy: Hierarchy, parties: HostileMarket['parties'], agreement: Party) {
    this.hierarchy = hierarchy
    this.parties = parties
    this.#agreement = agreement
    this.#behave()
  }

  static async make(): Promise<HostileMarket> {
    const h = await buildHierarchy()
    const party = (role: MemberRole, userId: string, change: Partial<IdentityRequest> = {}): Promise<Party> =>
      enrolParty(h, role, userId, change)
    const mayIssue = (security: string): Partial<IdentityRequest> => ({ policy: { ...POLICY, mayIssue: [security] } })
    const parties = {
      authority: await party('authority', 'aut-0000000001'),
      issuer: await party('issuer', 'iss-0000000001', mayIssue('HOSHI')),
      otherIssuer: await party('issuer', 'iss-0000000002', mayIssue('TSUKI')),
      exchange: await party('exchange', 'exc-0000000001'),
      settlement: await party('settlement', 'set-0000000001'),
    }
    const agreement = await party('settlement', 'set-0000000001', { usage: 'key-agreement' })
    const market = new HostileMarket(h, parties, agreement)
    await market.describe({})
    await market.publishCrls({})
    return market
  }

  get link(): { readonly authority: string; readonly root: string } {
    return { authority: 'wss://authority.example/authority', root: this.hierarchy.root.certificate.thumbprint }
  }

  readonly fetch = (url: string): Promise<Response> => {
    const page = this.#pages.get(new URL(url).pathname)
    return Promise.resolve(page === undefined ? new Response(null, { status: 404 }) : new Response(page))
  }

  /** From now on the authority publishes this description. */
  async describe(change: Partial<MarketDescriptor>): Promise<void> {
    const { authority, issuer, otherIssuer, exchange, settlement } = this.parties
    const member = ({ role, userId, certificate }: Party) => {
      return { role, userId, name: `The ${role}`, url: `wss://${userId}.example/${role}`, certificates: [certificate] }
    }
    const content: MarketDescriptor = {
      marketName: 'Test market',
      sequence: 5,
      issuedAt: NOW,
      currency: 'JPY',
      demonstration: true,
      root: toBase64(this.hierarchy.root.certificate.der),
      issuing: [toBase64(this.hierarchy.authority.certificate.der)],
      members: [
        member(authority),
        { ...member(issuer), securities: ['HOSHI'] },
        { ...member(otherIssuer), securities: ['TSUKI'] },
        member(exchange),
        { ...member(settlement), agreementCertificate: this.#agreement.certificate },
      ],
      ...change,
    }
    const chain = [authority.certificate, toBase64(this.hierarchy.authority.certificate.der)]
    const written = writeMembers(marketDescriptor.schema, content)
    const jws = await signJws(authority.signer, marketDescriptor.typ, written, { x5c: chain })
    this.#pages.set('/market', new Uint8Array(Buffer.from(jws)))
  }

  async publishCrls(change: CrlChange): Promise<void> {
    const { root, authority } = this.hierarchy
    this.#pages.set('/crl/root.crl', (await issueCrl(root, { nextUpdate: NOW + 100 * DAY })).der)
    this.#pages.set('/crl/issuing.crl', (await issueCrl(authority, change)).der)
  }

  unpublish(path: string): void {
    this.#pages.delete(path)
  }

  /** How the server of the operation reacts from now on. */
  on<Name extends OperationName>(
    operation: Name,
    react: (asked: Asked<Name>) => Reaction<Name> | Promise<Reaction<Name>>,
  ): void {
    this.#script.set(operation, async (asked) => react(asked as unknown as Asked<Name>) as Promise<Reaction<never>>)
  }

  readonly openSocket = (url: string): OpenSocket => {
    const party = Object.values(this.parties).find(({ userId }) => url.startsWith(`wss://${userId}.`))
    assert(party !== undefined, 'wallets open sockets to members')
    return (listener) => {
      const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
      void this.#greet(party, nonce).then((welcome) => listener.onMessage(welcome))
      return {
        send: (text) => void this.#receive(party, text, listener),
        close: (code, reason) => queueMicrotask(() => listener.onClose(code, reason)),
      }
    }
  }

  async sign(by: Party, typ: string, payload: Json): Promise<string> {
    return signJws(by.signer, typ, payload)
  }

  /** A share certificate as an honest issuer would sign it, but for what is changed. */
  certificate(
    userId: string,
    change: Partial<ShareCertificate> = {},
    by: Party = this.parties.issuer,
  ): Promise<string> {
    const content: ShareCertificate = {
      companyName: 'Hoshizora Brewing',
      incorporatedOn: '1987-06-14',
      certificateNumber: '000001',
      certificateId: '0'.repeat(26),
      ...CLASS,
      quantity: 10n,
      currency: 'JPY',
      issuedAt: NOW,
      holderName: 'Aoi Hanada',
      userId,
      transferRestriction: 'none',
      signatureAlgorithm: 'ES256',
      issuingAgent: { userId: by.userId, name: 'Agent', url: 'wss://issuer.example/issuer' },
      ...change,
    }
    return this.sign(by, shareCertificate.typ, writeMembers(shareCertificate.schema, content))
  }

  /** A reply to a request, signed by whomever and about whatever. */
  reply<Name extends OperationName>(
    operation: Name,
    asked: Asked<Name>,
    body: ReplyBody<Name>,
    change: { readonly by?: Party; readonly request?: string } = {},
  ): Promise<string> {
    const self = Object.values(this.parties).find(({ role }) => operation.startsWith(role)) as Party
    const written = writeMembers(operationNamed(operation).reply, body)
    const request = change.request ?? asked.hash
    return this.sign(change.by ?? self, replyTyp(operation), envelope(asked, self, request, written))
  }

  #greet(party: Party, nonce: string): Promise<string> {
    const { role, userId, certificate, signer } = party
    const chain = [certificate, toBase64(this.hierarchy.authority.certificate.der)]
    return signJws(signer, TYP.welcome, { role, userId, nonce, at: instant() }, { x5c: chain })
  }

  async #receive(party: Party, text: string, listener: SocketListener): Promise<void> {
    const typ = (): boolean => true
    const certified = parseJws(text, { typ })
    const message = certified.ok ? certified : parseJws(text, { typ, header: 'applicant' })
    assert(message.ok, 'the wallet sends what can be read')
    const kind = message.value.header.typ
    if (kind === TYP.session) {
      const session = readMembers(sessionBody, message.value.payload)
      assert(session.ok, 'a session')
      const { from, nonce } = session.value
      listener.onMessage(await this.sign(party, TYP.ready, { from: party.userId, to: from, nonce, at: instant() }))
      return
    }
    const answer = await this.#answer(
      party,
      kind.slice('kabuken.'.length) as OperationName,
      text,
      message.value.payload,
    )
    if (answer !== undefined) listener.onMessage(answer)
  }

  async #answer(party: Party, operation: OperationName, text: string, payload: Json): Promise<string | undefined> {
    const read = readMembers(requestPayload, payload)
    assert(read.ok, 'the wallet asks as it should')
    const { id, from, body } = read.value
    const read2 = readMembers(operationNamed(operation).request, body as Json)
    assert(read2.ok, 'the wallet asks as it should')
    const asked = { id, from, hash: await hashJws(text), body: read2.value } as unknown as Asked<never>
    const reaction = (await this.#script.get(operation)?.(asked)) ?? 'silence'
    if (reaction === 'silence') return undefined
    if ('message' in reaction) return reaction.message
    if ('reply' in reaction) {
      const written = writeMembers(operationNamed(operation).reply, reaction.reply)
      return this.sign(party, replyTyp(operation), envelope(asked, party, asked.hash, written))
    }
    const { code, message, details } = reaction.refusal
    const refusal: Json = { code, message, ...(details !== undefined && { details }) }
    return this.sign(party, TYP.refusal, envelope(asked, party, asked.hash, refusal))
  }

  /** Enrolment and accounts work: without them there is nothing to be hostile to. */
  #behave(): void {
    const { authority } = this.hierarchy
    let serial = 0x3000
    this.on('authority.enrol', async ({ body }) => {
      const request = await readRequest(fromBase64(body.request) as Bytes)
      assert(request.ok, 'an applicant proves possession of the key')
      serial += 1
      const { subjectPublicKeySpki, commonName } = request.value
      const terms = { notBefore: NOW - DAY, notAfter: NOW + 30 * DAY, policy: POLICY, usage: 'signing' as const }
      const userId = `inv-000000${serial.toString(16)}`
      const identity = {
        userId,
        role: 'investor' as const,
        commonName,
        subjectPublicKeySpki,
        serial: serial.toString(16),
      }
      const leaf = await issueIdentityCertificate({ issuer: authority, ...identity, ...terms })
      const chain = [leaf, authority.certificate.der].map(toBase64)
      return { reply: { applicationNumber: 'AP-000001', state: 'approved' as const, userId, chain } }
    })
    this.on('settlement.open-account', async ({ id, from, body }) => {
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', this.#agreement.keys.privateKey))
      const number = await openAccount(body.account, await importAgreementKey(pkcs8), { requestId: id, userId: from })
      assert(number.ok, 'the account number is sealed for this request')
      return { reply: { accountEnding: number.value.slice(-4), currency: body.currency, openedAt: NOW } }
    })
    for (const role of ['issuer', 'exchange', 'settlement'] as const) {
      this.on(`${role}.subscribe`, ({ body }) => ({ reply: { topic: body.topic, sequence: 0n, gap: false } }))
    }
    this.on('issuer.holdings', ({ body }) => ({ reply: { userId: body.userId, entries: [], more: false } }))
    this.on('issuer.certificate-state', ({ body }) => ({ reply: { ...body, state: 'live' as const, at: NOW } }))
    this.on('exchange.orders', () => ({ reply: { orders: [], more: false } }))
    this.on('exchange.order-status', () => ({ refusal: { code: 'order_unknown', message: 'no such order' } }))
    const offering = {
      offeringNumber: 'OF-000001',
      companyName: 'Hoshizora Brewing',
      ...CLASS,
      terms: 'One vote a share.',
      termsHash: '',
      priceMinor: 0n,
      currency: 'JPY',
      quantity: 100n,
      subscribed: 0n,
      opensAt: NOW - DAY,
      closesAt: NOW + DAY,
    }
    this.on('issuer.offerings', async () => {
      const digest = await crypto.subtle.digest('SHA-256', Buffer.from(offering.terms))
      const termsHash = toBase64Url(new Uint8Array(digest))
      return { reply: { offerings: [{ ...offering, termsHash }], classes: [], more: false } }
    })
  }
}

function envelope(asked: Asked<never>, self: Party, request: string, body: Json): Json {
  return { id: asked.id, from: self.userId, to: asked.from, at: instant(), request, body }
}

function instant(): string {
  return new Date(NOW).toISOString()
}

let nextSerial = 0x2001

async function enrolParty(
  h: Hierarchy,
  role: MemberRole,
  userId: string,
  change: Partial<IdentityRequest>,
): Promise<Party> {
  const keys = await generateKeys()
  const serial = (nextSerial++).toString(16)
  const identity = { userId, role, serial, policy: POLICY, commonName: `The ${role}` }
  const der = await issueLeaf(h.authority, keys, { ...identity, ...change })
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const name = { 'x5t#S256': (await parsed(der)).thumbprint }
  return { userId, role, serial, certificate: toBase64(der), keys, signer: await importSigner(pkcs8, 'ES256', name) }
}
