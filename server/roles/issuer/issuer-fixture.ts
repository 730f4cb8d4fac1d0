import { z } from 'zod'
import type { DocumentKind, DocumentOf } from '../../../shared/documents/document.ts'
import { readMembers, writeMembers } from '../../../shared/documents/document.ts'
import { endorsement } from '../../../shared/documents/endorsement.ts'
import { order } from '../../../shared/documents/order.ts'
import { shareCertificate } from '../../../shared/documents/share-certificate.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import { operationNamed, type ReplyBody, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestTyp } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import { hashJws } from '../../../shared/signing/jws.ts'
import type { Decision, Event, LateAnswer, Message, PeerReply, Sealed, Sender } from '../../commit/decision.ts'
import { emptyView } from '../../commit/view-fixture.ts'
import { issuerRole } from './role.ts'
import { issuerSettings, type IssuerSettings } from './settings.ts'
import { issuerTables, type IssuerRow } from './tables.ts'

/** An issuing agent without sockets, storage and cryptography: documents are signed by writing down who signed them. */

export const AT = Date.parse('2026-04-01T09:00:00.000Z')
export const DAY = 24 * 60 * 60 * 1000
const ISSUER = 'iss-0000000001'
export const COMMON = { security: 'HOSHI', shareClass: 'common' } as const
export const ACCOUNT = 'a.b.c.d.e'

export type Operation = Extract<keyof ReturnType<typeof issuerRole>['operations'], string>

interface Spoken {
  readonly typ: string
  readonly signer: string
  readonly role: Sender['role']
  readonly payload: Json
}

/** A document as if signed. */
export function signed(spoken: Spoken): string {
  return `h.${toBase64Url(toUtf8(JSON.stringify(spoken)))}.s`
}

function spokenIn(jws: string): Spoken {
  return JSON.parse(fromUtf8(fromBase64Url(jws.split('.')[1] ?? '') ?? toUtf8('')) ?? '') as Spoken
}

export function certificateIn(jws: string): DocumentOf<typeof shareCertificate> {
  const read = readMembers(shareCertificate.schema, spokenIn(jws).payload)
  assert(read.ok, 'a share certificate')
  return read.value
}

/** Believes what the documents say of their signers, and holds issuers to their securities. */
const trust: DocumentTrust = {
  async verifyWith(jws, typ) {
    const spoken = spokenIn(jws)
    if (spoken.signer === 'forger') return refuse('bad_signature', 'forged')
    if (spoken.typ !== typ) return refuse('wrong_typ', 'another kind of document')
    assert(spoken.role !== 'applicant', 'applicants sign no documents')
    const { policy } = investor(spoken.signer)
    assert(policy !== undefined, 'has one')
    const signer = { userId: spoken.signer, name: spoken.signer, role: spoken.role, policy, thumbprint: '' }
    return ok({ signer, payload: spoken.payload, hash: await hashJws(jws) })
  },
  verifyMember: () => Promise.resolve(refuse('unknown_signer', 'nobody asks here')),
  async verifyShareCertificate(jws) {
    const verified = await this.verifyWith(jws, shareCertificate.typ, '')
    if (!verified.ok) return verified
    if (verified.value.signer.userId !== ISSUER) return refuse('not_issuer_of_class', 'another issuer')
    return readMembers(shareCertificate.schema, verified.value.payload)
  },
}

export function investor(name: string, policy: Partial<NonNullable<Sender['policy']>> = {}): Sender {
  return {
    name,
    role: 'investor',
    displayName: name,
    policy: {
      orderLimitMinor: 10_000_000n,
      dayLimitMinor: 100_000_000n,
      currency: 'JPY',
      shortSellingProhibited: true,
      ...policy,
    },
    certificate: 'AAAA',
  }
}

export const ALICE = investor('inv-00000alice')
export const BOB = investor('inv-000000bob0')
export const CAROL = investor('inv-0000carol0')
export const EXCHANGE: Sender = { ...investor('exc-0000000001'), role: 'exchange', policy: undefined }
export const OPERATOR: Sender = { ...investor(ISSUER), role: 'issuer', policy: undefined }

export function settingsWith(change: Readonly<Record<string, unknown>> = {}): IssuerSettings {
  const common = {
    companyName: 'Hoshi Kogyo',
    incorporatedOn: '1987-05-01',
    ...COMMON,
    authorised: '1000',
    currency: 'JPY',
    ...change,
  }
  return z.decode(issuerSettings, {
    agent: { userId: ISSUER, name: 'Hoshi Registrars', url: 'wss://issuer.example/issuer' },
    classes: [common, { ...common, shareClass: 'preferred', authorised: '500' }],
  } as never)
}

export interface Outcome<Name extends Operation> {
  readonly reply: ReplyBody<Name> | 'later'
  readonly answers: readonly LateAnswer[]
  readonly messages: readonly Message[]
  readonly events: readonly Event[]
}

/** Every ID differs; as text they do not follow the order in which they are drawn. */
function idOf(count: number): string {
  return `${((count * 7919) % 9973).toString().padStart(5, '0')}${count.toString().padStart(21, '0')}`
}

const isData = (value: unknown): boolean =>
  value === null ||
  ['string', 'bigint', 'number', 'boolean'].includes(typeof value) ||
  (typeof value === 'object' && Object.values(value as object).every(isData))

const unseal = <Body>(body: Sealed<Body>): Body =>
  typeof body === 'function'
    ? (body as (seal: <Kind extends DocumentKind>(kind: Kind, document: DocumentOf<Kind>) => string) => Body)(
        (kind, document) =>
          signed({ typ: kind.typ, signer: ISSUER, role: 'issuer', payload: writeMembers(kind.schema, document) }),
      )
    : body

export class Issuer {
  readonly view = emptyView(issuerTables)
  at = AT
  #drawn = 0
  #requests = 0
  readonly #role

  constructor(settings = settingsWith()) {
    this.#role = issuerRole(settings, trust, (paymentId) => Promise.resolve(`${paymentId}.b.c.d.e`))
  }

  get surroundings() {
    const ids = { next: () => idOf((this.#drawn += 1)) }
    return { ids, settings: this.#role.settings, memory: undefined }
  }

  /** What is stored, to compare before and after. */
  stored(): string {
    const write = (_: string, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value
    return JSON.stringify([this.view.changes().rows, this.view.changes().counters], write)
  }

  /** Asks for one operation; what is refused changes nothing. */
  async ask<Name extends Operation>(
    name: Name,
    sender: Sender,
    body: RequestBody<Name>,
  ): Promise<Result<Outcome<Name>, Refusal>> {
    const { request, reply: replySchema } = operationNamed(name)
    this.#requests += 1
    const id = `request-${this.#requests.toString().padStart(10, '0')}`
    const payload = { id, from: sender.name, to: ISSUER, body: writeMembers(request, body as never) }
    const jws = signed({ typ: requestTyp(name), signer: sender.name, role: sender.role, payload })
    const hash = await hashJws(jws)
    const handler = this.#role.operations[name]
    const evidence: unknown = await handler.prepare?.(body as never, { sender, jws, id, at: this.at })
    assert(evidence === undefined || isData(evidence), 'evidence stands in the journal')
    const command = { id, sender, body, jws, hash, at: this.at, evidence } as never
    const before = this.stored()
    if ('answer' in handler) {
      const answered = handler.answer(this.view, command, this.surroundings) as Result<Sealed<ReplyBody<Name>>, Refusal>
      if (!answered.ok) return answered
      const reply = unseal(answered.value)
      writeMembers(replySchema, reply as never)
      return ok({ reply, answers: [], messages: [], events: [] })
    }
    const decided = handler.decide(this.view, command, this.surroundings) as Result<Decision<ReplyBody<Name>>, Refusal>
    if (!decided.ok) {
      this.view.refuse()
      assert(this.stored() === before, 'a refusal changes nothing')
      return decided
    }
    this.view.accept()
    const reply = decided.value.reply === 'later' ? 'later' : unseal(decided.value.reply)
    if (reply !== 'later') writeMembers(replySchema, reply as never)
    return ok(this.#checked({ ...decided.value, reply }))
  }

  /** The same, for what must be accepted; `later` is no reply. */
  async done<Name extends Operation>(name: Name, sender: Sender, body: RequestBody<Name>) {
    const outcome = await this.ask(name, sender, body)
    assert(outcome.ok, outcome.ok ? '' : `${name}: ${outcome.error.code}: ${outcome.error.message}`)
    const { reply, ...rest } = outcome.value
    assert(reply !== 'later', `${name} is answered at once`)
    return { ...rest, reply: reply as ReplyBody<Name> }
  }

  /** The code of a refusal, or undefined. */
  async code<Name extends Operation>(name: Name, sender: Sender, body: RequestBody<Name>): Promise<string | undefined> {
    const outcome = await this.ask(name, sender, body)
    return outcome.ok ? undefined : outcome.error.code
  }

  /** The settlement server answers a payment. */
  paid(message: Message, result: PeerReply<ReplyBody<'settlement.pay'>>['result']) {
    const handler = this.#role.replies['settlement.pay']
    assert(handler !== undefined, 'payments are answered')
    const decided = handler.decide(
      this.view,
      { id: 'reply-00000000001', peer: 'set-0000000001', context: message.context, result, at: this.at },
      this.surroundings,
    )
    this.view.accept()
    const { answers, messages } = this.#checked({ ...decided, reply: 'later' })
    const [answer] = answers
    assert(answer !== undefined, 'the subscriber is answered')
    return {
      answer,
      messages,
      reply: answer.result.ok ? (unseal(answer.result.value) as ReplyBody<'issuer.issue'>) : undefined,
    }
  }

  #checked<Name extends Operation>(decision: Partial<Outcome<Name>> & Pick<Outcome<Name>, 'reply'>): Outcome<Name> {
    for (const message of decision.messages ?? []) {
      writeMembers(operationNamed(message.operation).request, unseal(message.body as never) as never)
    }
    return { answers: [], messages: [], events: [], ...decision }
  }

  entry(certificateId: string): IssuerRow<'register'> {
    const entry = this.view.get('register', certificateId)
    assert(entry !== undefined, 'in the register')
    return entry
  }

  entries(): IssuerRow<'register'>[] {
    return this.view.range('register', '', 100_000)
  }

  /** Allotted and collected: a certificate in the holder's hands. */
  async give(holder: Sender, quantity: bigint, change: { conditionsOfIssue?: string; acquiredAt?: number } = {}) {
    const { reply } = await this.done('issuer.allot', OPERATOR, {
      allotments: [
        { ...COMMON, holderName: holder.name, userId: holder.name, quantity, conditionsOfIssue: 'founders', ...change },
      ],
      operator: 'Olga',
    })
    const [allotted] = reply.allotments
    assert(allotted !== undefined, 'allotted')
    const ground = { kind: 'allotment', allotmentNumber: allotted.allotmentNumber } as const
    return this.collect(holder, quantity, ground)
  }

  async collect(holder: Sender, quantity: bigint, ground: RequestBody<'issuer.issue'>['ground']): Promise<Held> {
    const { reply } = await this.done('issuer.issue', holder, issueBody(holder, quantity, ground))
    const [jws] = reply.certificates
    assert(jws !== undefined, 'a certificate')
    return { jws, ...certificateIn(jws) }
  }

  totals() {
    return this.done('issuer.totals', OPERATOR, {}).then(({ reply }) => reply.classes)
  }
}

export type Held = DocumentOf<typeof shareCertificate> & { readonly jws: string }

export function issueBody(
  holder: Sender,
  quantity: bigint,
  ground: RequestBody<'issuer.issue'>['ground'],
): RequestBody<'issuer.issue'> {
  return {
    userId: holder.name,
    holderName: holder.name,
    postalAddress: '1-1 Marunouchi, Tokyo',
    ...COMMON,
    quantity,
    dividendAccount: ACCOUNT,
    ground,
  }
}

type SaleChange = {
  readonly to?: string
  readonly from?: string
  readonly signer?: string
  readonly role?: Sender['role']
  readonly typ?: string
  readonly quantity?: bigint
  readonly body?: Readonly<Record<string, Json>>
}

/** A sell order with these certificates, signed by their holder. */
export function saleOf(seller: Sender, certificates: readonly Held[], change: SaleChange = {}): string {
  const body = writeMembers(order, {
    side: 'sell',
    ...COMMON,
    price: { kind: 'market' },
    currency: 'JPY',
    quantity: change.quantity ?? certificates.reduce((sum, { quantity }) => sum + quantity, 0n),
    timeInForce: { kind: 'day' },
    userId: seller.name,
    settlementAccount: ACCOUNT,
    certificateIds: certificates.map(({ certificateId }) => certificateId),
    certificates: certificates.map(({ jws }) => jws),
  })
  return signed({
    typ: change.typ ?? requestTyp('exchange.order'),
    signer: change.signer ?? seller.name,
    role: change.role ?? 'investor',
    payload: {
      id: 'order-0000000000001',
      from: change.from ?? change.signer ?? seller.name,
      to: change.to ?? EXCHANGE.name,
      at: new Date(AT).toISOString(),
      body: { ...(body as Record<string, Json>), ...change.body },
    },
  })
}

let matches = 0

/** A match of this order, for a new match number. */
export function matchOf(
  sellOrder: string,
  certificateId: string,
  quantity: bigint,
  change: Partial<RequestBody<'issuer.match-transfer'>> = {},
): RequestBody<'issuer.match-transfer'> {
  matches += 1
  return {
    matchNumber: `MA-${matches.toString().padStart(8, '0')}`,
    ...COMMON,
    certificateId,
    quantity,
    buyerUserId: BOB.name,
    sellerUserId: ALICE.name,
    buyerName: 'Bob',
    buyerAddress: '2-2 Umeda, Osaka',
    sellOrder,
    sellerCertificate: 'AAAA',
    ...change,
  }
}

/** A certificate endorsed by its holder to somebody, as the transferee presents it. */
export function presented(
  held: Held,
  transferee: Sender,
  change: Partial<DocumentOf<typeof endorsement>> & { readonly signer?: string; readonly role?: Sender['role'] } = {},
): RequestBody<'issuer.transfer'> {
  const { signer = held.userId, role = 'investor', ...members } = change
  const document = {
    certificateId: held.certificateId,
    certificate: held.jws,
    quantity: held.quantity,
    transferorUserId: held.userId,
    transfereeUserId: transferee.name,
    cause: 'gift' as const,
    issuedAt: AT - 1000,
    validUntil: AT + DAY,
    ...members,
  }
  return {
    certificateId: held.certificateId,
    userId: transferee.name,
    name: transferee.name,
    postalAddress: '3-3 Sakae, Nagoya',
    dividendAccount: ACCOUNT,
    endorsement: signed({ typ: endorsement.typ, signer, role, payload: writeMembers(endorsement.schema, document) }),
    transferorCertificate: 'AAAA',
  }
}
