import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { equalBytes } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { err, ok, refuse } from '../kernel/result.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import type { PkiCode } from './codes.ts'
import { attempt, Refused } from './codes.ts'
import { certificateProblem, isSelfIssued, issuerProblem } from './conformance.ts'
import type { RevocationList } from './crl.ts'
import { authenticateCrl, crlTimeProblem } from './crl.ts'
import { NameSpace } from './name-constraints.ts'
import { PolicyState } from './policies.ts'
import { verifySignature } from './signature.ts'

/** Certification path validation (RFC 5280 section 6), with the search for the path before it. */

/** `required`: no fresh list, no trust. `when-available`: a listed certificate is refused, a missing list is not. */
export type Revocation = 'required' | 'when-available' | 'none'

export interface PathInput {
  /** DER, the certificate in question first; the others are candidates in any order, none of them trusted. */
  readonly chain: readonly Bytes[]
  /** Trusted authorities, normally roots. */
  readonly anchors: readonly Certificate[]
  readonly at: Millis
  readonly crls: readonly RevocationList[]
  readonly revocation: Revocation
  /** Authorities allowed between anchor and leaf, those that only change their key not counted. */
  readonly maxIntermediates?: number
}

export interface ValidPath {
  readonly leaf: Certificate
  /** From the leaf to the anchor, both included. */
  readonly path: readonly Certificate[]
  /** Until then the answer stays the same: the first end of a validity or, where lists were asked, of a list. */
  readonly validUntil: Millis
}

/** Root, issuing authority, leaf are three; a foreign authority's own hierarchy fits too. */
const DEFAULT_MAX_INTERMEDIATES = 8
const MAX_CHAIN = 16
/**
 * A path of the greatest length takes 10 signature checks of about 0.1 ms, one wrong turn at each step 20. No two checks are
 * alike, and 16 certificates, each with one issuer, form at most 3^5 paths: this bounds the whole search.
 */
const MAX_SIGNATURES = 32

type Refusals = Refusal<PkiCode>

function keyIdsAgree(child: Certificate, issuer: Certificate): boolean {
  const [wanted, found] = [child.authorityKeyId, issuer.subjectKeyId]
  return wanted === undefined || found === undefined || equalBytes(wanted, found)
}

function sameAuthority(a: Certificate, b: Certificate): boolean {
  return a.subject.key === b.subject.key && equalBytes(a.publicKey.spki, b.publicKey.spki)
}

/** Section 6.1.3 to 6.1.5 without signatures and revocation, from the anchor down. Throws {@link Refused}. */
function checkConstraints(path: readonly Certificate[], maxIntermediates: number): void {
  const [anchor, ...below] = path.toReversed()
  assert(anchor !== undefined && below.length > 0, 'a path has an anchor and a leaf')
  const names = new NameSpace()
  const policies = new PolicyState(below.length)
  let room = maxIntermediates
  const limit = ({ basicConstraints }: Certificate): void => {
    room = Math.min(room, basicConstraints?.pathLength ?? Infinity)
  }
  // The anchor's own restrictions hold as well (RFC 5937).
  names.narrow(anchor.nameConstraints)
  policies.restrict(anchor)
  limit(anchor)
  for (const [i, certificate] of below.entries()) {
    const final = i === below.length - 1
    if (final || !isSelfIssued(certificate)) names.demand(certificate)
    policies.process(certificate, final)
    if (final) {
      policies.finish(certificate)
      return
    }
    policies.prepare(certificate)
    names.narrow(certificate.nameConstraints)
    if (!isSelfIssued(certificate)) {
      if (room === 0) throw new Refused('path_too_long', 'more authorities than the path length allows')
      room -= 1
    }
    limit(certificate)
  }
}

/** The newest authentic list of an issuer. */
async function newestCrl(crls: readonly RevocationList[], issuer: Certificate): Promise<RevocationList | undefined> {
  let newest: RevocationList | undefined
  for (const crl of crls) {
    if (newest !== undefined && crl.number <= newest.number) continue
    const authentic = await authenticateCrl(crl, issuer)
    if (authentic.ok) newest = crl
  }
  return newest
}

/** Returns how long the lists hold; throws {@link Refused} for a revoked certificate or one of unknown state. */
async function checkRevocation(path: readonly Certificate[], input: PathInput): Promise<Millis> {
  if (input.revocation === 'none') return Infinity
  let until = Infinity
  for (const [i, certificate] of path.entries()) {
    const issuer = path[i + 1]
    if (issuer === undefined) break
    const crl = await newestCrl(input.crls, issuer)
    // Even an overdue list is right about what it lists.
    if (crl?.revoked.has(certificate.serial)) throw new Refused('cert_revoked', 'the certificate was revoked')
    const problem = crl === undefined ? undefined : crlTimeProblem(crl, input.at)
    if (crl !== undefined && problem === undefined) until = Math.min(until, crl.nextUpdate)
    else if (input.revocation === 'required')
      throw new Refused('revocation_unknown', problem?.message ?? 'no revocation list of the issuer')
  }
  return until
}

/** Tries issuers depth first, anchors before others, within a budget, and remembers the most telling refusal. */
class Search {
  readonly #input: PathInput
  readonly #issuers: readonly Certificate[]
  readonly #anchors: ReadonlySet<Certificate>
  readonly #maxIntermediates: number
  readonly #verified = new Map<string, boolean>()
  #refusal: { readonly rank: number; readonly error: Refusals } = {
    rank: 0,
    error: { code: 'untrusted_root', message: 'no path to a trusted root' },
  }

  constructor(input: PathInput, intermediates: readonly Certificate[]) {
    const known = new Set(input.anchors.map(({ thumbprint }) => thumbprint))
    this.#input = input
    this.#anchors = new Set(input.anchors)
    this.#issuers = [...input.anchors, ...intermediates.filter(({ thumbprint }) => !known.has(thumbprint))]
    this.#maxIntermediates = input.maxIntermediates ?? DEFAULT_MAX_INTERMEDIATES
  }

  async run(leaf: Certificate): Promise<Result<ValidPath, Refusals>> {
    const problem = certificateProblem(leaf, this.#input.at) ?? (await this.#originProblem(leaf))
    if (problem !== undefined) return err(problem)
    return (await this.#extend([leaf])) ?? err(this.#refusal.error)
  }

  #note(rank: number, error: Refusals): undefined {
    if (rank > this.#refusal.rank) this.#refusal = { rank, error }
    return undefined
  }

  async #extend(path: readonly Certificate[]): Promise<Result<ValidPath, Refusals> | undefined> {
    const child = path.at(-1)
    assert(child !== undefined, 'a path begins with its leaf')
    for (const issuer of this.#issuers) {
      if (issuer.subject.key !== child.issuer.key || !keyIdsAgree(child, issuer)) continue
      if (path.some((member) => sameAuthority(member, issuer))) continue
      if (this.#verified.size >= MAX_SIGNATURES)
        return this.#note(3, { code: 'path_too_complex', message: 'too many paths to try' })
      const found = await this.#follow(path, child, issuer)
      if (found?.ok) return found
    }
    return undefined
  }

  async #follow(
    path: readonly Certificate[],
    child: Certificate,
    issuer: Certificate,
  ): Promise<Result<ValidPath, Refusals> | undefined> {
    const problem = issuerProblem(issuer, this.#input.at) ?? (await this.#originProblem(issuer))
    if (problem !== undefined) return this.#note(1, problem)
    if (!(await this.#isSignedBy(child, issuer)))
      return this.#note(1, { code: 'cert_bad_signature', message: 'the issuer did not sign the certificate' })
    const longer = [...path, issuer]
    if (this.#anchors.has(issuer)) return this.#accept(longer)
    if (longer.filter((member) => !isSelfIssued(member)).length > this.#maxIntermediates + 1)
      return this.#note(2, { code: 'path_too_long', message: 'more authorities than allowed' })
    return this.#extend(longer)
  }

  /** Only a certificate signed with its own key may leave out whose key signed it (section 4.2.1.1). */
  async #originProblem(certificate: Certificate): Promise<Refusals | undefined> {
    if (certificate.authorityKeyId !== undefined || (await this.#isSignedBy(certificate, certificate))) return undefined
    return { code: 'cert_profile.authority_key_id', message: 'no authority key identifier' }
  }

  async #isSignedBy(child: Certificate, issuer: Certificate): Promise<boolean> {
    const pair = `${child.thumbprint} ${issuer.thumbprint}`
    const known = this.#verified.get(pair)
    if (known !== undefined) return known
    const { algorithm, signed, value } = child.signature
    const verified = await verifySignature(issuer.publicKey, algorithm, signed, value)
    this.#verified.set(pair, verified)
    return verified
  }

  async #accept(path: readonly Certificate[]): Promise<Result<ValidPath, Refusals> | undefined> {
    const checked = await attempt('cert_malformed', async () => {
      checkConstraints(path, this.#maxIntermediates)
      const until = await checkRevocation(path, this.#input)
      return Math.min(until, ...path.map(({ notAfter }) => notAfter))
    })
    if (!checked.ok) return this.#note(2, checked.error)
    const [leaf] = path
    assert(leaf !== undefined, 'a path begins with its leaf')
    return ok({ leaf, path, validUntil: checked.value })
  }
}

/**
 * Finds and validates a path from the first certificate of `chain` to one of `anchors`, as of `at`. Every refusal is final
 * for this input; `revocation_unknown` alone may change with newer lists.
 */
export async function validatePath(input: PathInput): Promise<Result<ValidPath, Refusals>> {
  if (input.chain.length > MAX_CHAIN) return refuse('path_too_complex', 'too many certificates')
  const certificates: Certificate[] = []
  for (const der of input.chain) {
    const parsed = await parseCertificate(der)
    if (!parsed.ok) return parsed
    certificates.push(parsed.value)
  }
  const [leaf, ...intermediates] = certificates
  if (leaf === undefined) return refuse('cert_malformed', 'no certificate')
  return new Search(input, intermediates).run(leaf)
}
