/**
 * The envelope of every message and document: a JWS in compact form (RFC 7515), held to RFC 8725. [SIG1]
 *
 * Checks of {@link parseJws}, in this order; the first failure is the answer. All come before any signature is
 * computed, and none of them fetches anything.
 *
 * | # | check                                                                          | code               |
 * |---|--------------------------------------------------------------------------------|--------------------|
 * | 1 | at most `maxBytes` characters                                                  | too_large          |
 * | 2 | three parts between two dots; the header is a JSON object                      | bad_jws            |
 * | 3 | header: base64url in its one spelling                                          | not_canonical      |
 * | 4 | header: `alg` is ES256 or EdDSA                                                | bad_alg            |
 * | 5 | header: exactly alg, typ, the key's name and perhaps x5c, each of its form     | header_not_allowed |
 * | 6 | header: canonical JSON                                                         | {@link CanonicalCode} |
 * | 7 | header: the expected `typ`                                                     | wrong_typ          |
 * | 8 | signature: base64url in its one spelling, 64 bytes in range, low s             | not_canonical      |
 * | 9 | payload: base64url in its one spelling, canonical JSON                         | {@link CanonicalCode} |
 */
import { assert } from '../kernel/assert.ts'
import { fromBase64, fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { canonicalText, readCanonical } from './canonical.ts'
import type { CanonicalCode, Json } from './canonical.ts'
import { sha256Base64Url } from './keys.ts'
import type { KeyName, VerificationKey } from './keys.ts'
import { Recent } from './recent.ts'
import { SIGNATURE_BYTES, isCanonicalSignature } from './signature-form.ts'
import type { Algorithm } from './signature-form.ts'

export type JwsCode = 'too_large' | 'bad_jws' | 'bad_alg' | 'header_not_allowed' | 'wrong_typ' | CanonicalCode

/** 64 KiB: the largest message a socket takes. */
export const MAX_JWS_BYTES = 64 * 1024

/** Leaf, issuing authority and room for two more; the root is known to the reader. */
const MAX_CHAIN = 4

/** `x5c`: padded base64 DER, leaf first. That the leaf has this `x5t#S256` is for whoever takes the chain in. */
export interface CertificateHeader {
  readonly alg: Algorithm
  readonly typ: string
  readonly 'x5t#S256': string
  readonly x5c?: readonly string[]
}

/** Of an applicant, who has a key and no certificate yet; `kid` is the key's RFC 7638 thumbprint. */
export interface ApplicantHeader {
  readonly alg: Algorithm
  readonly typ: string
  readonly kid: string
}

/** Well formed and of one spelling; the signature is not yet verified ({@link verifyJws}). */
export interface ParsedJws<Header = CertificateHeader> {
  readonly header: Header
  readonly payload: Json
  readonly payloadBytes: Bytes
  /** ASCII of `header.payload`: what was signed (RFC 7515 section 5.1). */
  readonly signingInput: Bytes
  readonly signature: Bytes
  readonly compact: string
}

export interface ParseOptions {
  /** The expected kind of document, or whether a kind is one of the expected. */
  readonly typ: string | ((typ: string) => boolean)
  /** Of the compact form; {@link MAX_JWS_BYTES} if absent. */
  readonly maxBytes?: number
  /** Who may sign: holders of certificates (default) or applicants. Never either, so neither passes for the other. */
  readonly header?: 'certificate' | 'applicant'
}

export interface Signer {
  readonly algorithm: Algorithm
  readonly name: KeyName
  /** 64 bytes in canonical form: ES256 as r and s with the lower s. */
  sign(input: Uint8Array): Promise<Bytes>
}

/** A signer whose key is at hand, for signing inside a database transaction. */
export interface SyncSigner extends Signer {
  signSync(input: Uint8Array): Bytes
}

export interface Verifier {
  /** Plain ECDSA or EdDSA by the key's algorithm, range of r and s included; false also for a key that is none. */
  verify(key: VerificationKey, input: Uint8Array, signature: Uint8Array): Promise<boolean>
}

export interface SignOptions {
  readonly x5c?: readonly string[]
}

type Refused = { readonly ok: false; readonly error: Refusal<JwsCode> }

/** A SHA-256 in base64url: 43 characters in their one spelling. */
function isThumbprint(value: unknown): boolean {
  return typeof value === 'string' && value.length === 43 && fromBase64Url(value) !== undefined
}

function isChain(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MAX_CHAIN &&
    value.every((der) => typeof der === 'string' && der !== '' && fromBase64(der) !== undefined)
  )
}

/** Steps 4 and 5. The algorithm goes first, whatever else the header holds. */
function checkMembers(header: object, kind: 'certificate' | 'applicant'): Refused | undefined {
  const { alg, typ, 'x5t#S256': x5t, kid, x5c, ...others } = header as Record<string, unknown>
  if (alg !== 'ES256' && alg !== 'EdDSA') return refuse('bad_alg', 'the algorithm is neither ES256 nor EdDSA')
  if (Object.keys(others).length > 0) return refuse('header_not_allowed', 'the header has a member that is not allowed')
  const named =
    kind === 'certificate'
      ? isThumbprint(x5t) && kid === undefined && (x5c === undefined || isChain(x5c))
      : isThumbprint(kid) && x5t === undefined && x5c === undefined
  if (!named || typeof typ !== 'string')
    return refuse('header_not_allowed', `the header does not name its ${kind} in the allowed form`)
  return undefined
}

/** A header without a chain has some 150 characters; each member writes a few different ones, again and again. */
const MAX_KEPT_HEADER = 400
const KEPT_HEADERS = 4096
const headers = {
  certificate: new Recent<Result<CertificateHeader, Refusal<JwsCode>>>(KEPT_HEADERS),
  applicant: new Recent<Result<CertificateHeader, Refusal<JwsCode>>>(KEPT_HEADERS),
}

function headerFor(part: string, kind: 'certificate' | 'applicant'): Result<CertificateHeader, Refusal<JwsCode>> {
  return part.length > MAX_KEPT_HEADER ? readHeader(part, kind) : headers[kind].get(part, () => readHeader(part, kind))
}

/** Steps 3 to 6. */
function readHeader(part: string, kind: 'certificate' | 'applicant'): Result<CertificateHeader, Refusal<JwsCode>> {
  const bytes = fromBase64Url(part)
  if (bytes === undefined) return refuse('not_canonical', 'the header is not base64url in its one spelling')
  const canonical = readCanonical(bytes)
  // A header that is not canonical is read as a lenient reader would, only to answer a bad algorithm first.
  const header = canonical.ok ? canonical.value : readLeniently(bytes)
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return refuse('bad_jws', 'the header is not a JSON object')
  const refused = checkMembers(header, kind) ?? canonical
  // checkMembers has established the members, by kind.
  return refused.ok ? ok(header as unknown as CertificateHeader) : refused
}

function readLeniently(bytes: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '') as unknown
  } catch {
    return undefined
  }
}

/**
 * Reads a compact JWS whose kind the caller knows. Errors: see the table above.
 * Whoever uses the payload verifies the signature first, with {@link verifyJws}.
 */
export function parseJws(
  compact: string,
  options: ParseOptions & { readonly header: 'applicant' },
): Result<ParsedJws<ApplicantHeader>, Refusal<JwsCode>>
export function parseJws(
  compact: string,
  options: ParseOptions & { readonly header?: 'certificate' },
): Result<ParsedJws, Refusal<JwsCode>>
export function parseJws(
  compact: string,
  options: ParseOptions,
): Result<ParsedJws | ParsedJws<ApplicantHeader>, Refusal<JwsCode>> {
  const maxBytes = options.maxBytes ?? MAX_JWS_BYTES
  if (compact.length > maxBytes) return refuse('too_large', `the message is larger than ${maxBytes} bytes`)
  const [headerPart, payloadPart, signaturePart, ...rest] = compact.split('.', 4)
  if (headerPart === undefined || payloadPart === undefined || signaturePart === undefined || rest.length > 0)
    return refuse('bad_jws', 'a compact JWS has three parts')
  const header = headerFor(headerPart, options.header ?? 'certificate')
  if (!header.ok) return header
  const { alg, typ } = header.value
  if (typeof options.typ === 'string' ? typ !== options.typ : !options.typ(typ))
    return refuse('wrong_typ', 'the document is of another kind')
  const signature = fromBase64Url(signaturePart)
  if (signature === undefined || !isCanonicalSignature(alg, signature))
    return refuse('not_canonical', 'the signature is not in its one accepted spelling')
  const payloadBytes = fromBase64Url(payloadPart)
  if (payloadBytes === undefined) return refuse('not_canonical', 'the payload is not base64url in its one spelling')
  const payload = readCanonical(payloadBytes)
  if (!payload.ok) return payload
  const signingInput = toUtf8(`${headerPart}.${payloadPart}`)
  return ok({ header: header.value, payload: payload.value, payloadBytes, signingInput, signature, compact })
}

/** Whether the key signed it. The key decides the algorithm: a header that says another is `bad_alg` ([A9]). */
export async function verifyJws(
  jws: Pick<ParsedJws<{ readonly alg: Algorithm }>, 'header' | 'signingInput' | 'signature'>,
  key: VerificationKey,
  verifier: Verifier,
): Promise<Result<void, Refusal<'bad_alg' | 'bad_signature'>>> {
  if (jws.header.alg !== key.algorithm) return refuse('bad_alg', "the algorithm is not that of the signer's key")
  return (await verifier.verify(key, jws.signingInput, jws.signature))
    ? ok(undefined)
    : refuse('bad_signature', 'the signature does not verify')
}

/** `header.payload`, the ASCII text that is signed. For a signer that cannot wait see {@link signJwsSync}. */
export function signingInput(header: CertificateHeader | ApplicantHeader, payload: Json): string {
  return `${partOf({ ...header })}.${partOf(payload)}`
}

function partOf(value: Json): string {
  return toBase64Url(toUtf8(canonicalText(value)))
}

/** By kind of document: a signer writes the same headers again and again. */
const headerParts = new WeakMap<Signer, Map<string, string>>()

function inputFor(signer: Signer, typ: string, payload: Json, options: SignOptions): string {
  if (options.x5c !== undefined) return signingInput(headerOf(signer, typ, options), payload)
  let parts = headerParts.get(signer)
  if (parts === undefined) headerParts.set(signer, (parts = new Map()))
  let part = parts.get(typ)
  if (part === undefined) parts.set(typ, (part = partOf({ ...headerOf(signer, typ, options) })))
  return `${part}.${partOf(payload)}`
}

/** The compact form; `signature` is a {@link Signer}'s over {@link signingInput}. */
export function finishJws(input: string, signature: Uint8Array): string {
  assert(signature.length === SIGNATURE_BYTES, 'a signature has 64 bytes')
  return `${input}.${toBase64Url(signature)}`
}

function headerOf(signer: Signer, typ: string, options: SignOptions): CertificateHeader | ApplicantHeader {
  const header = { alg: signer.algorithm, typ, ...signer.name, ...options }
  assert(
    checkMembers(header, 'kid' in signer.name ? 'applicant' : 'certificate') === undefined,
    'header is not allowed',
  )
  return header
}

/** Signs a document of the kind `typ`. `x5c` goes along when the document travels alone. */
export async function signJws(signer: Signer, typ: string, payload: Json, options: SignOptions = {}): Promise<string> {
  const input = inputFor(signer, typ, payload, options)
  return finishJws(input, await signer.sign(toUtf8(input)))
}

/** {@link signJws} for a key at hand: the same text, inside a database transaction. */
export function signJwsSync(signer: SyncSigner, typ: string, payload: Json, options: SignOptions = {}): string {
  const input = inputFor(signer, typ, payload, options)
  return finishJws(input, signer.signSync(toUtf8(input)))
}

/** By this a response names its request and a receipt its order: base64url of SHA-256 over the compact form. [SIG2] */
export function hashJws(compact: string): Promise<string> {
  return sha256Base64Url(toUtf8(compact))
}
