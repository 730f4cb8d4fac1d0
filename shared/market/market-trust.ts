import {
  marketDescriptor,
  type MarketDescriptor,
  type MarketMember,
  type MemberRole,
} from '../documents/market-descriptor.ts'
import { readMembers } from '../documents/document.ts'
import { shareCertificate, type ShareCertificate } from '../documents/share-certificate.ts'
import { fromBase64, toBase64, toHex, type Bytes } from '../kernel/bytes.ts'
import type { Clock, Millis } from '../kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../kernel/result.ts'
import { parseCertificate, type Certificate } from '../pki/certificate.ts'
import type { MessageTrust } from '../protocol/message-signer.ts'
import { parseCrl, verifyCrl, type RevocationList } from '../pki/crl.ts'
import { identify, type Identity } from '../pki/identity.ts'
import { validatePath } from '../pki/path.ts'
import { hashJws, parseJws, verifyJws, type Verifier } from '../signing/jws.ts'
import { verificationKey, type VerificationKey } from '../signing/keys.ts'
import type { AccountRecipient } from '../signing/jwe.ts'
import type { DocumentTrust, SignedPayload, Signer } from './document-trust.ts'

/** Longest descriptor: 64 servers with 24 certificates each of about 1.5 KiB in base64, in base64url once more. */
const MAX_DESCRIPTOR_BYTES = 3 * 1024 * 1024
/** Validated certificates kept by thumbprint, about 2 KiB each. */
const MAX_KNOWN = 20_000
/** Root and issuing authority above the certificates of members. */
const MAX_INTERMEDIATES = 1

/** A certificate of the market with everything needed to verify what it signed. */
export interface Known {
  readonly signer: Signer
  readonly identity: Identity
  readonly key: VerificationKey
  /** DER in base64, as it travels in `x5c` and in evidence. */
  readonly certificate: string
}

/** A server's certificate in the descriptor. */
interface ListedCertificate {
  /** DER in base64. */
  readonly certificate: string
  readonly notAfter: Millis
}

interface Kept {
  readonly result: Result<Known, Refusal>
  readonly until: Millis
}

/** What must survive a restart so that nobody can feed an older truth: the newest descriptor and the newest lists seen. */
export interface TrustMemory {
  readonly descriptor: string
  /** DER in base64. */
  readonly crls: readonly string[]
}

/**
 * What a member of a market believes: the root that was compared by a person, the descriptor signed under it, the revocation
 * lists of its authorities, and which certificates are valid by them. Wallets and servers use the same one.
 * Validation happens once for each certificate and descriptor or list; after that it is a look-up.
 */
export class MarketTrust implements DocumentTrust {
  readonly #rootThumbprint: string
  readonly #verifier: Verifier
  readonly #clock: Clock
  #market:
    | {
        readonly jws: string
        readonly descriptor: MarketDescriptor
        readonly root: Certificate
        readonly issuing: readonly Certificate[]
      }
    | undefined
  #crls = new Map<string, RevocationList>()
  #known = new Map<string, Kept>()
  #validating = new Map<string, Promise<Result<Known, Refusal>>>()
  #members = new Map<string, ListedCertificate>()

  constructor(options: { readonly rootThumbprint: string; readonly verifier: Verifier; readonly clock: Clock }) {
    this.#rootThumbprint = options.rootThumbprint
    this.#verifier = options.verifier
    this.#clock = options.clock
  }

  get descriptor(): MarketDescriptor | undefined {
    return this.#market?.descriptor
  }

  /** Certificates of the issuing authorities, to be sent below a leaf in `x5c`. */
  get issuingChain(): readonly string[] {
    return this.#market?.descriptor.issuing ?? []
  }

  memory(): TrustMemory | undefined {
    if (this.#market === undefined) return undefined
    return { descriptor: this.#market.jws, crls: [...this.#crls.values()].map((crl) => toBase64(crl.der)) }
  }

  /** Takes a descriptor whose chain ends in the compared root. Refuses an older one (`descriptor_rollback`). */
  async takeDescriptor(jws: string): Promise<Result<MarketDescriptor, Refusal>> {
    // Fetched again and again, seldom changed: what is known from it stays known.
    if (jws === this.#market?.jws) return ok(this.#market.descriptor)
    const parsed = parseJws(jws, { typ: marketDescriptor.typ, maxBytes: MAX_DESCRIPTOR_BYTES })
    if (!parsed.ok) return parsed
    const read = readMembers(marketDescriptor.schema, parsed.value.payload)
    if (!read.ok) return read
    const root = await certificateOf(read.value.root)
    if (!root.ok) return root
    if (root.value.thumbprint !== this.#rootThumbprint)
      return refuse('untrusted_root', 'the descriptor names another root than the one that was compared')
    const chain = (parsed.value.header.x5c ?? []).map((der) => fromBase64(der))
    if (chain.length === 0 || chain.some((der) => der === undefined))
      return refuse('cert_malformed', 'the descriptor brings no chain')
    const path = await validatePath({
      chain: chain as Bytes[],
      anchors: [root.value],
      at: this.#clock.now(),
      crls: [...this.#crls.values()],
      revocation: 'when-available',
      maxIntermediates: MAX_INTERMEDIATES,
    })
    if (!path.ok) return path
    const signer = identify(path.value)
    if (!signer.ok) return signer
    if (signer.value.role !== 'authority' || signer.value.usage !== 'signing')
      return refuse('wrong_role', 'only the authority describes the market')
    if (path.value.leaf.thumbprint !== parsed.value.header['x5t#S256'])
      return refuse('unknown_signer', 'the chain is not of the certificate that signed')
    const key = verificationKey(path.value.leaf.publicKey.spki)
    if (key === undefined) return refuse('cert_profile.public_key', 'the key cannot verify signatures here')
    const verified = await verifyJws(parsed.value, key, this.#verifier)
    if (!verified.ok) return verified
    return this.#adopt(jws, read.value, root.value)
  }

  /** Takes a revocation list of the root or of an issuing authority. An overdue list is kept for what it lists, but nothing is fresh then. */
  async takeCrl(der: Bytes): Promise<Result<RevocationList, Refusal>> {
    const crl = await parseCrl(der)
    if (!crl.ok) return crl
    const { issuer: name, authorityKeyId, number } = crl.value
    const listed = listName(name.key, authorityKeyId)
    const issuer = this.#authorities().find((authority) => listNameOf(authority) === listed)
    if (issuer === undefined) return refuse('crl_wrong_issuer', 'the list is of no authority of this market')
    const verified = await verifyCrl(crl.value, { issuer, at: this.#clock.now() })
    if (!verified.ok && verified.error.code !== 'crl_stale') return verified
    // Compared without waiting before the list is put in its place: two lists that come at once must not end with the older one.
    const highest = this.#crls.get(listed)?.number
    if (highest !== undefined && number < highest)
      return refuse('crl_rollback', 'a newer list was seen', { number: `${number}`, seen: `${highest}` })
    if (highest !== number) {
      this.#crls = new Map(this.#crls).set(listed, crl.value)
      this.#forget()
    }
    return crl
  }

  /** Whether a list of every authority is at hand, overdue or not. Before that a revoked member looks like any other. */
  get isListed(): boolean {
    const authorities = this.#authorities()
    return authorities.length > 0 && authorities.every((authority) => this.#crls.has(listNameOf(authority)))
  }

  /** When the root's list is overdue, which comes from a safe once a year; undefined while it is not here. */
  get rootListEndsAt(): Millis | undefined {
    return this.#market === undefined ? undefined : this.#crls.get(listNameOf(this.#market.root))?.nextUpdate
  }

  /** `revocation_unknown` unless a list of every authority is at hand and not overdue (SIG6): without it no money and no share moves. */
  freshness(at: Millis): Refusal | undefined {
    const authorities = this.#authorities()
    if (authorities.length === 0) return { code: 'revocation_unknown', message: 'the market is not known yet' }
    for (const authority of authorities) {
      const crl = this.#crls.get(listNameOf(authority))
      if (crl === undefined || at > crl.nextUpdate)
        return { code: 'revocation_unknown', message: 'no fresh revocation list of an authority' }
    }
    return undefined
  }

  /** Validates a member's chain, leaf first. A repeat within its time is a look-up. */
  async authenticate(chain: readonly string[]): Promise<Result<Known, Refusal>> {
    const [leaf] = chain
    if (leaf === undefined) return refuse('cert_malformed', 'there is no certificate')
    const kept = this.#known.get(leaf)
    const now = this.#clock.now()
    if (kept !== undefined && now <= kept.until) return kept.result
    return this.#validate(leaf, now)
  }

  /** Who serves in a role: the settlement server, an exchange, or the issuer that may issue a security. */
  find(role: MemberRole, security?: string): MarketMember | undefined {
    return this.#market?.descriptor.members.find(
      (member) => member.role === role && (security === undefined || member.securities?.includes(security) === true),
    )
  }

  member(userId: string): MarketMember | undefined {
    return this.#market?.descriptor.members.find((member) => member.userId === userId)
  }

  /** Where account numbers are encrypted to (SIG4). */
  async settlementRecipient(): Promise<Result<AccountRecipient, Refusal>> {
    const certificate = this.find('settlement')?.agreementCertificate
    if (certificate === undefined) return refuse('not_ready', 'the market has no settlement server yet')
    const known = await this.#identify(certificate, this.#clock.now())
    if (!known.ok) return known
    if (known.value.role !== 'settlement' || known.value.usage !== 'key-agreement')
      return refuse('wrong_role', 'not a key-agreement certificate of a settlement server')
    return ok({ spki: known.value.certificate.publicKey.spki, thumbprint: known.value.certificate.thumbprint })
  }

  /** For reading the messages of servers: their certificates are in the descriptor, or come with the first message. */
  messageTrust(): MessageTrust {
    return {
      verifier: this.#verifier,
      identify: async (thumbprint, chain) => {
        const leaf = chain?.[0]
        const known =
          this.#members.has(thumbprint) || leaf === undefined
            ? await this.#knowMember(thumbprint)
            : await this.authenticate([toBase64(leaf)])
        if (!known.ok) return known
        const { signer, key } = known.value
        return ok({ userId: signer.userId, role: signer.role, key })
      },
    }
  }

  async verifyWith(jws: string, typ: string, certificate: string): Promise<Result<SignedPayload, Refusal>> {
    const known = await this.authenticate([certificate])
    return known.ok ? this.verifyBy(jws, typ, known.value) : known
  }

  async verifyMember(jws: string, typ: string, role: MemberRole): Promise<Result<SignedPayload, Refusal>> {
    const known = await this.#memberThatSigned(jws, typ)
    if (!known.ok) return known
    if (known.value.signer.role !== role)
      return refuse('wrong_role', `signed by the role ${known.value.signer.role}, not ${role}`)
    return this.verifyBy(jws, typ, known.value)
  }

  async verifyShareCertificate(jws: string): Promise<Result<ShareCertificate, Refusal>> {
    const signed = await this.verifyMember(jws, shareCertificate.typ, 'issuer')
    if (!signed.ok) {
      // Signed by somebody who is no issuer of this market: for the holder of a forgery that is the reason.
      const foreign = signed.error.code === 'unknown_signer' || signed.error.code === 'wrong_role'
      return foreign ? refuse('not_issuer_of_class', 'not signed by an issuer of this market') : signed
    }
    const read = readMembers(shareCertificate.schema, signed.value.payload)
    if (!read.ok) return read
    const { signer } = signed.value
    if (
      read.value.issuingAgent.userId !== signer.userId ||
      signer.policy.mayIssue?.includes(read.value.security) !== true
    )
      return refuse('not_issuer_of_class', `${signer.userId} may not issue ${read.value.security}`)
    return read
  }

  /** Verifies a document of a signer that is known already. */
  async verifyBy(
    jws: string,
    typ: string | ((typ: string) => boolean),
    known: Known,
  ): Promise<Result<SignedPayload, Refusal>> {
    const parsed = parseJws(jws, { typ })
    if (!parsed.ok) return parsed
    if (parsed.value.header['x5t#S256'] !== known.signer.thumbprint)
      return refuse('unknown_signer', 'the document names another certificate')
    const verified = await verifyJws(parsed.value, known.key, this.#verifier)
    if (!verified.ok) return verified
    return ok({ signer: known.signer, payload: parsed.value.payload, hash: await hashJws(jws) })
  }

  /** The server of the market that a document names as its signer. Its certificate may have expired since, as long as the market still lists it. */
  async #memberThatSigned(jws: string, typ: string): Promise<Result<Known, Refusal>> {
    const parsed = parseJws(jws, { typ })
    if (!parsed.ok) return parsed
    return this.#knowMember(parsed.value.header['x5t#S256'])
  }

  async #knowMember(thumbprint: string): Promise<Result<Known, Refusal>> {
    const listed = this.#members.get(thumbprint)
    if (listed === undefined) return refuse('unknown_signer', 'the certificate is of no server of this market')
    const { certificate, notAfter } = listed
    return this.#clock.now() <= notAfter ? this.authenticate([certificate]) : this.#know(certificate, notAfter)
  }

  async #adopt(
    jws: string,
    descriptor: MarketDescriptor,
    root: Certificate,
  ): Promise<Result<MarketDescriptor, Refusal>> {
    const issuing: Certificate[] = []
    for (const der of descriptor.issuing) {
      const certificate = await this.#issuingAuthority(der, root)
      if (!certificate.ok) return certificate
      issuing.push(certificate.value)
    }
    const members = new Map<string, ListedCertificate>()
    for (const member of descriptor.members) {
      for (const certificate of member.certificates) {
        const parsed = await certificateOf(certificate)
        if (!parsed.ok) return parsed
        members.set(parsed.value.thumbprint, { certificate, notAfter: parsed.value.notAfter })
      }
    }
    // Compared without waiting before the descriptor is put in its place, as with lists.
    const present = this.#market?.descriptor
    if (present !== undefined && descriptor.sequence < present.sequence)
      return refuse('descriptor_rollback', `descriptor ${descriptor.sequence} is older than ${present.sequence}`)
    this.#market = { jws, descriptor, root, issuing }
    this.#members = members
    this.#forget()
    return ok(descriptor)
  }

  /** Certified by the root itself: else whoever got at the authority's message key could bring an authority of his own, and its lists. */
  async #issuingAuthority(der: string, root: Certificate): Promise<Result<Certificate, Refusal>> {
    const certificate = await certificateOf(der)
    if (!certificate.ok) return certificate
    const { notAfter, basicConstraints } = certificate.value
    if (basicConstraints?.ca !== true) return refuse('not_a_ca', 'an issuing authority is an authority')
    const path = await validatePath({
      chain: [certificate.value.der],
      anchors: [root],
      // What an authority issued stays in use for a while after its own end.
      at: Math.min(this.#clock.now(), notAfter),
      crls: [...this.#crls.values()],
      revocation: 'when-available',
    })
    return path.ok ? certificate : path
  }

  #authorities(): readonly Certificate[] {
    return this.#market === undefined ? [] : [this.#market.root, ...this.#market.issuing]
  }

  /** What was found out depends on descriptor and lists: with new ones it is found out anew. */
  #forget(): void {
    this.#known.clear()
    this.#validating.clear()
  }

  /** Many requests of one signer at once wait for one validation. */
  #validate(leaf: string, now: Millis): Promise<Result<Known, Refusal>> {
    const running = this.#validating.get(leaf)
    if (running !== undefined) return running
    const validation = this.#validateAndKeep(leaf, now).finally(() => {
      if (this.#validating.get(leaf) === validation) this.#validating.delete(leaf)
    })
    this.#validating.set(leaf, validation)
    return validation
  }

  async #validateAndKeep(leaf: string, now: Millis): Promise<Result<Known, Refusal>> {
    const crls = this.#crls
    const market = this.#market
    const result = await this.#know(leaf, now)
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    // Lists or market may have changed while we waited: then this answer is not kept.
    if (crls === this.#crls && market === this.#market && result.ok)
      this.#known.set(leaf, { result, until: result.value.identity.certificate.notAfter })
    return result
  }

  async #know(leaf: string, at: Millis): Promise<Result<Known, Refusal>> {
    const identity = await this.#identify(leaf, at)
    if (!identity.ok) return identity
    const { userId, name, role, usage, policy, certificate } = identity.value
    if (usage !== 'signing') return refuse('wrong_role', 'a key-agreement certificate signs nothing')
    const key = verificationKey(certificate.publicKey.spki)
    if (key === undefined) return refuse('cert_profile.public_key', 'the key cannot verify signatures here')
    const signer = { userId, name, role, policy, thumbprint: certificate.thumbprint }
    return ok({ signer, identity: identity.value, key, certificate: leaf })
  }

  async #identify(leaf: string, at: Millis): Promise<Result<Identity, Refusal>> {
    const market = this.#market
    const der = fromBase64(leaf)
    if (der === undefined) return refuse('cert_malformed', 'not base64')
    if (market === undefined) return refuse('not_ready', 'the market is not known yet')
    const path = await validatePath({
      chain: [der, ...market.issuing.map((certificate) => certificate.der)],
      anchors: [market.root],
      at,
      crls: [...this.#crls.values()],
      revocation: 'when-available',
      maxIntermediates: MAX_INTERMEDIATES,
    })
    return path.ok ? identify(path.value) : path
  }
}

/** Lists are by authority: its name and its key, whatever certificates it had. */
function listName(subject: string, keyId: Uint8Array): string {
  return `${subject} ${toHex(keyId)}`
}

function listNameOf({ subject, subjectKeyId }: Certificate): string {
  return listName(subject.key, subjectKeyId ?? new Uint8Array())
}

async function certificateOf(base64: string): Promise<Result<Certificate, Refusal>> {
  const der = fromBase64(base64)
  return der === undefined ? refuse('cert_malformed', 'not base64') : parseCertificate(der)
}
