import { createHash, sign, type KeyObject } from 'node:crypto'
import { compactVerify } from 'jose'

/** JSON values of the protocol; numbers are safe integers. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined }
export type Members = { readonly [member: string]: Json | undefined }

/** "Signatures", payload: members sorted by UTF-16 code units, no white space. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value as Members)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** "Signatures", hash: SHA-256 over the ASCII of the compact form. */
export function hashOf(compact: string): string {
  return createHash('sha256').update(compact, 'ascii').digest('base64url')
}

export function algorithmOf(key: KeyObject): 'ES256' | 'EdDSA' {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA'
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256'
  throw new Error('neither P-256 nor Ed25519')
}

export function signJws(header: Members, payload: Members, key: KeyObject): string {
  return signText(canonical({ ...header, alg: algorithmOf(key) }), canonical(payload), key)
}

/** Signs header and payload as they are spelt. */
export function signText(header: string, payload: string, key: KeyObject): string {
  const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.')
  const bytes = Buffer.from(signed, 'ascii')
  const signature =
    algorithmOf(key) === 'EdDSA'
      ? sign(null, bytes, key)
      : lowerS(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }))
  return `${signed}.${signature.toString('base64url')}`
}

/** Order of the group of P-256 (SEC 2, section 2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** "Signatures": of the two signatures s and n - s only the lower is accepted. */
function lowerS(signature: Buffer): Buffer {
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  return s <= N / 2n ? signature : otherS(signature)
}

/** As valid for ECDSA as the signature that is given. */
export function otherS(signature: Buffer): Buffer {
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const other = Buffer.from((N - s).toString(16).padStart(64, '0'), 'hex')
  return Buffer.concat([signature.subarray(0, 32), other])
}

export interface Jws {
  readonly compact: string
  readonly header: Members
  readonly payload: Members
}

/** Takes apart and checks the form; the signature is checked by {@link verifyJws}, when it is known who signed. */
export function readJws(compact: string, typ: string | readonly string[]): Jws {
  const [header, payload] = compact.split('.').slice(0, 2).map(readPart)
  if (header === undefined || payload === undefined) throw new Error('not a compact JWS')
  const allowed = new Set(['alg', 'typ', 'x5t#S256', 'x5c'])
  for (const name of Object.keys(header)) if (!allowed.has(name)) throw new Error(`header has ${name}`)
  if (![typ].flat().includes(text(header, 'typ'))) throw new Error(`typ is ${text(header, 'typ')}, not ${String(typ)}`)
  return { compact, header, payload }
}

function readPart(part: string): Members {
  const bytes = Buffer.from(part, 'base64url')
  const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Members
  if (bytes.toString('base64url') !== part || canonical(value) !== bytes.toString()) throw new Error('not canonical')
  return value
}

/** The algorithm is decided by the key, not by the header. */
export async function verifyJws(jws: Jws, key: KeyObject): Promise<void> {
  const alg = algorithmOf(key)
  await compactVerify(jws.compact, key, { algorithms: [alg] })
  const signature = Buffer.from(jws.compact.split('.')[2] ?? '', 'base64url')
  if (alg === 'ES256' && !lowerS(signature).equals(signature)) throw new Error('upper s')
}

export function text(members: Members, name: string): string {
  const value = members[name]
  if (typeof value !== 'string') throw new Error(`${name} is no text`)
  return value
}

export function texts(members: Members, name: string): string[] {
  return list<string>(members, name).map((each) => {
    if (typeof each !== 'string') throw new Error(`${name} is no list of texts`)
    return each
  })
}

export function list<Value = Members>(members: Members, name: string): Value[] {
  const value = members[name]
  if (!Array.isArray(value)) throw new Error(`${name} is no list`)
  return value as Value[]
}

export function object(members: Members, name: string): Members {
  const value = members[name]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is no object`)
  return value as Members
}
