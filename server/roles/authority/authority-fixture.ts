import type { MarketMember } from '../../../shared/documents/market-descriptor.ts'
import type { Sender } from '../../commit/decision.ts'
import { readFacts, writeFacts } from '../../commit/journal.ts'
import type { AnyRow } from '../../commit/tables.ts'
import { emptyView } from '../../commit/view-fixture.ts'
import { readMembers, writeMembers } from '../../../shared/documents/document.ts'
import type { MemberRole } from '../../../shared/documents/market-descriptor.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { toBase64, type Bytes } from '../../../shared/kernel/bytes.ts'
import type { Ids, Random } from '../../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { MarketTrust } from '../../../shared/market/market-trust.ts'
import { generateKeys, NOW, parsed } from '../../../shared/pki/forge.ts'
import { exportSpki, type KeyPair } from '../../../shared/pki/keys.ts'
import { createRequest } from '../../../shared/pki/request.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
} from '../../../shared/protocol/catalogue/catalogue.ts'
import { keyThumbprint, verificationKey } from '../../../shared/signing/keys.ts'
import { importSigner, webCryptoVerifier } from '../../../shared/signing/webcrypto.ts'
import { systemRandom } from '../../runtime/ids.ts'
import { holdCeremony, type Ceremony } from './ceremony.ts'
import { publication, type Publication } from './publication.ts'
import { authorityRole } from './role.ts'
import { authoritySettings, type ApplicantRole } from './settings.ts'
import { authorityTables } from './tables.ts'

/** For tests: an authority after its ceremony, its state in plain maps, its clock in the hand. */

type Name = Extract<OperationName, `authority.${string}`>
type Settings = Record<string, unknown>

interface Handler {
  readonly prepare?: (body: unknown, request: unknown) => Promise<unknown>
  readonly decide?: (view: unknown, command: unknown, surroundings: unknown) => Result<{ reply: unknown }, Refusal>
  readonly answer?: (view: unknown, command: unknown, surroundings: unknown) => Result<unknown, Refusal>
}

export interface Applicant {
  readonly name: string
  readonly keys: KeyPair
  readonly thumbprint: string
  /** PKCS#10, DER in base64. */
  readonly request: string
  readonly sender: Sender
}

export async function applicant(name = '山田 太郎'): Promise<Applicant> {
  const keys = await generateKeys()
  const key = verificationKey(await exportSpki(keys.publicKey))
  assert(key !== undefined, 'generated keys are usable')
  const thumbprint = await keyThumbprint(key)
  const sender = {
    name: `applicant:${thumbprint}`,
    role: 'applicant' as const,
    displayName: '',
    policy: undefined,
    certificate: '',
  }
  return { name, keys, thumbprint, sender, request: toBase64(await createRequest({ keys, commonName: name })) }
}

/** The body of an application that is in order for the role. */
export async function application(
  { name, request }: Applicant,
  role: MemberRole = 'investor',
  change: Partial<RequestBody<'authority.enrol'>> = {},
): Promise<RequestBody<'authority.enrol'>> {
  return {
    name,
    request,
    role,
    ...(role !== 'investor' && { url: `wss://${role}.example/${role}` }),
    ...(role === 'issuer' && { securities: ['HOSHI'] }),
    ...(role === 'settlement' && { agreementRequest: (await applicant(name)).request }),
    ...change,
  }
}

export interface Member extends Applicant {
  readonly role: ApplicantRole
  readonly userId: string
  readonly serial: string
  readonly chain: readonly string[]
}

function countingIds(): Ids {
  let drawn = 0
  return {
    next: () => {
      drawn += 1
      return `${drawn}`.padStart(26, '0')
    },
  }
}

function selfOf(ceremony: Ceremony): MarketMember {
  const { authorityUserId: userId, authorityLeafDer } = ceremony
  const url = 'wss://authority.example/authority'
  return { role: 'authority', userId, name: 'Test Authority', url, certificates: [toBase64(authorityLeafDer)] }
}

export class TestAuthority {
  readonly view = emptyView(authorityTables)
  readonly ceremony: Ceremony
  readonly role: ReturnType<typeof authorityRole>
  readonly published: Publication
  readonly trust: MarketTrust
  now: number
  #requests = 0

  private constructor(now: number, ceremony: Ceremony, parts: (own: TestAuthority) => Parts) {
    this.now = now
    this.ceremony = ceremony
    const { role, published } = parts(this)
    this.role = role
    this.published = published
    this.trust = this.believer()
  }

  static async open(change: Settings = {}, chance: { random?: Random } = {}): Promise<TestAuthority> {
    const [rootKeys, issuingKeys, keys] = await Promise.all([generateKeys(), generateKeys(), generateKeys()])
    const random = chance.random ?? systemRandom
    const ids = countingIds()
    const ceremony = await holdCeremony({
      clock: { now: () => NOW },
      random: systemRandom,
      ids,
      rootName: 'Test Root',
      authorityName: 'Test Authority',
      rootKeys,
      issuingKeys,
      authoritySpki: await exportSpki(keys.publicKey),
      currency: 'JPY',
    })
    const issuer = { certificate: await parsed(ceremony.issuingDer), privateKey: issuingKeys.privateKey }
    const leaf = await parsed(ceremony.authorityLeafDer)
    const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
    const signer = await importSigner(pkcs8, 'ES256', { 'x5t#S256': leaf.thumbprint })
    const settings = authoritySettings.parse({ marketName: 'Test market', currency: 'JPY', ...change })
    return new TestAuthority(NOW, ceremony, (own) => {
      const committed = () => own.view
      const role = authorityRole(settings, {
        desk: { issuer, random, ids },
        rootDer: ceremony.rootDer,
        self: selfOf(ceremony),
        committed,
      })
      const published = publication({
        terms: role.settings,
        issuer,
        signer,
        chain: [ceremony.authorityLeafDer, ceremony.issuingDer].map((der) => toBase64(der)),
        rootCrlDer: () => ceremony.rootCrlDer,
        committed,
      })
      return { role, published }
    })
  }

  /** Somebody who compared the root, on this clock. */
  believer(): MarketTrust {
    const clock = { now: () => this.now }
    return new MarketTrust({ rootThumbprint: this.ceremony.rootThumbprint, verifier: webCryptoVerifier(), clock })
  }

  get self(): Sender {
    const { authorityUserId: name, authorityLeafDer } = this.ceremony
    const certificate = toBase64(authorityLeafDer)
    return { name, role: 'authority', displayName: 'Test Authority', policy: undefined, certificate }
  }

  /** What comes before the queue. The evidence goes through the journal's form, as it must. */
  async prepare<N extends Name>(name: N, body: RequestBody<N>, sender: Sender = this.self): Promise<unknown> {
    const request = { sender, jws: '', id: 'request', at: this.now }
    return readFacts(writeFacts((await this.#handler(name).prepare?.(body, request)) ?? null))
  }

  /** Decides as the queue does: accepted changes stay, refused ones go. */
  decide<N extends Name>(
    name: N,
    body: RequestBody<N>,
    evidence: unknown,
    sender: Sender = this.self,
  ): Result<ReplyBody<N>, Refusal> {
    const { decide, answer } = this.#handler(name)
    this.#requests += 1
    const command = { id: `request-${this.#requests}`, sender, body, jws: '', hash: '', at: this.now, evidence }
    const surroundings = { ids: { next: () => assert(false, 'draws nothing') }, settings: this.role.settings }
    try {
      const decided = decide?.(this.view, command, surroundings)
      const result = decided === undefined ? answer?.(this.view, command, surroundings) : decided
      assert(result !== undefined, `${name} is handled`)
      if (!result.ok) {
        this.view.refuse()
        return result
      }
      this.view.accept()
      const reply = decided?.ok === true ? decided.value.reply : result.value
      // What does not fit the catalogue cannot be sent.
      writeMembers(operationNamed(name).reply, reply)
      return ok(reply as ReplyBody<N>)
    } catch (error) {
      this.view.refuse()
      throw error
    }
  }

  async ask<N extends Name>(
    name: N,
    body: RequestBody<N>,
    sender: Sender = this.self,
  ): Promise<Result<ReplyBody<N>, Refusal>> {
    const { request } = operationNamed(name)
    const read = readMembers(request, writeMembers(request, body))
    assert(read.ok, `a request as the catalogue has it: ${read.ok ? '' : read.error.message}`)
    return this.decide(name, read.value as never, await this.prepare(name, body, sender), sender)
  }

  /** For what must succeed. */
  async expect<N extends Name>(name: N, body: RequestBody<N>, sender: Sender = this.self): Promise<ReplyBody<N>> {
    const result = await this.ask(name, body, sender)
    assert(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`)
    return result.value
  }

  /** What the node asks for at every start. */
  async start(): Promise<this> {
    for (const { operation, body } of this.role.atStart) await this.expect(operation, body as never)
    return this
  }

  /** Lets somebody in by invitation. */
  async admit(role: ApplicantRole, change: Partial<RequestBody<'authority.enrol'>> = {}): Promise<Member> {
    const one = await applicant(`The ${role}`)
    const { invitation } = await this.expect('authority.invite', {
      role,
      validUntil: this.now + 1000,
      operator: 'Operator',
    })
    const body = await application(one, role, { invitation, ...change })
    const { chain, userId } = await this.expect('authority.enrol', body, one.sender)
    assert(chain !== undefined && userId !== undefined, 'approved by the invitation')
    return this.member(one, role, userId, chain)
  }

  async member(one: Applicant, role: ApplicantRole, userId: string, chain: readonly string[]): Promise<Member> {
    const [certificate = ''] = chain
    const { serial } = await parsed(derOf(certificate))
    const sender = { name: userId, role, displayName: one.name, policy: undefined, certificate }
    return { ...one, role, userId, serial, chain, sender }
  }

  /** Fetches what is published, as everybody does again and again. */
  async refresh(trust: MarketTrust = this.trust): Promise<string> {
    const market = await trust.takeDescriptor(await this.published.descriptor())
    if (!market.ok) return market.error.code
    for (const authority of ['root', 'issuing'] as const) {
      const list = await trust.takeCrl(await this.published.crl(authority))
      if (!list.ok) return list.error.code
    }
    return 'taken'
  }

  /** All rows, for comparing. */
  snapshot(): string {
    const { rows, counters } = this.view.changes()
    const sorted = [...rows].map(([table, changed]): [string, [string, AnyRow | undefined][]] => [table, [...changed]])
    return writeFacts([sorted, [...counters]])
  }

  #handler(name: Name): Handler {
    return this.role.operations[name as never]
  }
}

interface Parts {
  readonly role: ReturnType<typeof authorityRole>
  readonly published: Publication
}

export function derOf(base64: string): Bytes {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
