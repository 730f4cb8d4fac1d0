import { createPublicKey, hash, randomUUID, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, CompactEncrypt, exportJWK } from 'jose'
import { canonical, hashOf, list, object, readJws, signJws, text, texts, type Members } from './jws.ts'
import { Market } from './market.ts'
import { Session, type Party } from './session.ts'
import { certificationRequest, identityOf, readX509, thumbprint } from './x509.ts'

export interface Person {
  readonly name: string
  readonly postalAddress: string
  readonly key: KeyObject
  /** 10 to 16 digits of the person's choice. */
  readonly account: string
}

/** A share certificate with what a client needs again and again. */
export interface Held {
  readonly compact: string
  readonly certificate: Members
}

/** An investor of a market, made from the protocol's document alone. */
export class Investor {
  readonly market: Market
  readonly person: Person
  readonly userId: string
  readonly chain: readonly string[]
  readonly #sessions = new Map<string, Promise<Session>>()

  private constructor(market: Market, person: Person, userId: string, chain: readonly string[]) {
    this.market = market
    this.person = person
    this.userId = userId
    this.chain = chain
  }

  /** Joins the market and enrols; the authority must approve at once. */
  static async enrol(link: string, person: Person): Promise<Investor> {
    const market = await Market.join(link)
    const session = await Session.open(market, market.member('authority'), await applicant(person))
    const { name, postalAddress, key } = person
    const request = certificationRequest(name, key)
    const answer = await session.ask('enrol', { name, postalAddress, role: 'investor', request })
    await session.close()
    if (text(answer, 'state') !== 'approved') throw new Error(text(answer, 'state'))
    const userId = text(answer, 'userId')
    const chain = texts(answer, 'chain')
    const leaf = readX509(chain[0] ?? '')
    await market.checkMember(leaf)
    const identity = identityOf(leaf)
    if (!leaf.publicKey.equals(createPublicKey(key))) throw new Error('a certificate for another key')
    if (leaf.subject !== `CN=${name}`) throw new Error('a certificate in another name')
    if (identity.userId !== userId || identity.role !== 'investor') throw new Error('a certificate for somebody else')
    return new Investor(market, person, userId, chain)
  }

  /** One session a role, opened when it is first needed. */
  at(role: string): Promise<Session> {
    const open =
      this.#sessions.get(role) ?? Session.open(this.market, this.market.member(role), member(this.person, this))
    this.#sessions.set(role, open)
    return open
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(async (session) => (await session).close()))
  }

  /** "Sealed account numbers": bound to the ID of the request that carries it and to its sender. */
  async sealed(requestId: string): Promise<string> {
    const recipient = await this.market.agreementCertificate()
    const plaintext = canonical({ account: this.person.account, requestId, userId: this.userId })
    return new CompactEncrypt(new TextEncoder().encode(plaintext))
      .setProtectedHeader({
        alg: 'ECDH-ES+A256KW',
        enc: 'A256GCM',
        typ: 'kabuken.account',
        'x5t#S256': thumbprint(recipient),
      })
      .encrypt(recipient.publicKey)
  }

  async openAccount(currency: string): Promise<Members> {
    const id = randomUUID()
    const { name } = this.person
    return (await this.at('settlement')).ask('open-account', { account: await this.sealed(id), name, currency }, id)
  }

  async statement(): Promise<Members> {
    const id = randomUUID()
    return (await this.at('settlement')).ask('account', { account: await this.sealed(id) }, id)
  }

  /** Subscribes to the first offering of the security. */
  async subscribe(security: string, quantity: bigint): Promise<Held> {
    const answer = await (await this.at('issuer')).ask('offerings', {})
    const offering = list(answer, 'offerings').find((each) => each['security'] === security)
    if (offering === undefined) throw new Error(`nobody offers ${security}`)
    if (hash('sha256', text(offering, 'terms'), 'base64url') !== offering['termsHash'])
      throw new Error('the hash of other terms')
    const { offeringNumber, termsHash, shareClass } = offering
    return this.#issue(security, shareClass, quantity, { kind: 'offering', offeringNumber, termsHash })
  }

  /** Collects what a registered transfer gave or left. */
  collect(security: string, quantity: bigint, transferNumber: string): Promise<Held> {
    return this.#issue(security, 'common', quantity, { kind: 'transfer', transferNumber })
  }

  async #issue(security: string, shareClass: Members[string], quantity: bigint, ground: Members): Promise<Held> {
    const id = randomUUID()
    const { name, postalAddress } = this.person
    const terms = { security, shareClass, quantity: String(quantity) }
    const who = { userId: this.userId, holderName: name, postalAddress, dividendAccount: await this.sealed(id) }
    const answer = await (await this.at('issuer')).ask('issue', { ...who, ...terms, ground }, id)
    const [compact = '', another] = texts(answer, 'certificates')
    if (another !== undefined) throw new Error('more certificates than one')
    const certificate = await this.readCertificate(compact, security)
    // [IS4]: stored only if it is what was asked for.
    for (const [name, value] of Object.entries({ ...terms, holderName: who.holderName, userId: this.userId }))
      if (certificate[name] !== value) throw new Error(`the certificate has another ${name}`)
    return { compact, certificate }
  }

  readCertificate(compact: string, security: string): Promise<Members> {
    return this.market.verifyOfMember(compact, 'kabuken.share-certificate', this.market.issuerOf(security))
  }

  /** The same certificate, signed once more. */
  async signedAgain({ certificate }: Held): Promise<Held> {
    const certificateId = text(certificate, 'certificateId')
    const compact = text(await (await this.at('issuer')).ask('certificate', { certificateId }), 'certificate')
    return { compact, certificate: await this.readCertificate(compact, text(certificate, 'security')) }
  }

  async order(terms: Members, sold: readonly Held[] = []): Promise<string> {
    const id = randomUUID()
    const { name, postalAddress } = this.person
    const side =
      sold.length === 0
        ? { side: 'buy', name, postalAddress }
        : {
            side: 'sell',
            certificateIds: sold.map(({ certificate }) => text(certificate, 'certificateId')),
            certificates: sold.map(({ compact }) => compact),
          }
    const session = await this.at('exchange')
    const body = { ...terms, ...side, userId: this.userId, settlementAccount: await this.sealed(id) }
    const request = session.prepare('order', body, id)
    const receipt = await session.send(request)
    // [TR1]: the receipt quotes the hash of the order.
    if (text(receipt, 'orderHash') !== hashOf(request.compact)) throw new Error('a receipt for another order')
    return text(receipt, 'receptionNumber')
  }

  readNotice(compact: string): Promise<Members> {
    return this.market.verifyOfMember(compact, 'kabuken.completion-notice', this.market.member('exchange'))
  }

  /** An endorsement file for one person. */
  endorse({ compact, certificate }: Held, quantity: bigint, transfereeUserId: string, validUntil: Date): string {
    const payload = {
      certificateId: text(certificate, 'certificateId'),
      certificate: compact,
      quantity: String(quantity),
      transferorUserId: this.userId,
      transfereeUserId,
      cause: 'gift',
      issuedAt: new Date().toISOString(),
      validUntil: validUntil.toISOString(),
    }
    const header = { typ: 'kabuken.endorsement', 'x5t#S256': thumbprint(readX509(this.chain[0] ?? '')) }
    const [issuerLeaf] = this.market.issuerOf(text(certificate, 'security')).certificates
    return JSON.stringify({
      format: 'kabuken-endorsement',
      version: 1,
      endorsement: signJws(header, payload, this.person.key),
      transferorChain: this.chain,
      issuerChain: this.market.chainOf(issuerLeaf ?? ''),
    })
  }

  /** [TF2]: the transferor's signature, then the issuer's, then that it is for this person and live. */
  async accept(file: string): Promise<{ readonly held: Held; readonly transfer: Members }> {
    const read = JSON.parse(file) as Members
    if (read['format'] !== 'kabuken-endorsement' || read['version'] !== 1) throw new Error('another format')
    const jws = readJws(text(read, 'endorsement'), 'kabuken.endorsement')
    const transferorChain = texts(read, 'transferorChain')
    const { payload, userId: transferor } = await this.market.verifyWithChain(jws, transferorChain)
    const inner = readJws(text(payload, 'certificate'), 'kabuken.share-certificate')
    const issued = await this.market.verifyWithChain(inner, texts(read, 'issuerChain'))
    const security = text(inner.payload, 'security')
    if (issued.userId !== this.market.issuerOf(security).userId) throw new Error('not by the issuer of the class')
    const certificateId = text(payload, 'certificateId')
    if (inner.payload['certificateId'] !== certificateId) throw new Error('another certificate')
    if (payload['transferorUserId'] !== transferor || inner.payload['userId'] !== transferor)
      throw new Error('endorsed by somebody else than the holder')
    if (payload['transfereeUserId'] !== this.userId) throw new Error('endorsed to somebody else')

    const issuer = await this.at('issuer')
    const state = text(await issuer.ask('certificate-state', { certificateId }), 'state')
    if (state !== 'live') throw new Error(`the certificate is ${state}`)
    const id = randomUUID()
    const { name, postalAddress } = this.person
    const request = issuer.prepare(
      'transfer',
      {
        certificateId,
        userId: this.userId,
        name,
        postalAddress,
        dividendAccount: await this.sealed(id),
        endorsement: jws.compact,
        transferorCertificate: transferorChain[0],
      },
      id,
    )
    const transfer = await issuer.send(request)
    if (text(transfer, 'requestHash') !== hashOf(request.compact)) throw new Error('another transfer')
    const quantity = BigInt(text(object(transfer, 'transferred'), 'quantity'))
    const held = await this.collect(security, quantity, text(transfer, 'transferNumber'))
    return { held, transfer }
  }
}

async function applicant({ name, key }: Person): Promise<Party> {
  const kid = await calculateJwkThumbprint(await exportJWK(createPublicKey(key)))
  const opening = { header: {}, payload: { request: certificationRequest(name, key) } }
  return { name: `applicant:${kid}`, key, header: { kid }, opening }
}

function member({ key }: Person, { userId, chain }: Pick<Investor, 'userId' | 'chain'>): Party {
  const header = { 'x5t#S256': thumbprint(readX509(chain[0] ?? '')) }
  return { name: userId, key, header, opening: { header: { x5c: [...chain] }, payload: {} } }
}
