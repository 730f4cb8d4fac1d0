/** A certificate's role decides which kinds of document its key may sign; the signer itself holds to it. */
import { fromBase64Url, fromUtf8 } from '../kernel/bytes.ts'
import { readCanonical } from './canonical.ts'
import type { Signer, SyncSigner } from './jws.ts'

/** Thrown when a signer is asked for a kind of document that its role may not sign, or for bytes that are no JWS. */
export class SigningRefusedError extends Error {
  override readonly name = 'SigningRefusedError'
  readonly code = 'kind_not_allowed'
}

/** The `typ` in the bytes to be signed themselves: what the caller says they are is not asked. */
function typOf(input: Uint8Array): string | undefined {
  const [headerPart = '', ...payload] = fromUtf8(input)?.split('.', 3) ?? []
  const header = payload.length === 1 ? fromBase64Url(headerPart) : undefined
  const read = header === undefined ? undefined : readCanonical(header)
  if (read?.ok !== true || typeof read.value !== 'object' || read.value === null) return undefined
  const typ: unknown = Reflect.get(read.value, 'typ')
  return typeof typ === 'string' ? typ : undefined
}

/** The same signer for only these kinds of document. Throws {@link SigningRefusedError} for any other input. */
export function restrictSigner(signer: SyncSigner, allowedTyps: ReadonlySet<string>): SyncSigner
export function restrictSigner(signer: Signer, allowedTyps: ReadonlySet<string>): Signer
export function restrictSigner(signer: Signer | SyncSigner, allowedTyps: ReadonlySet<string>): Signer {
  const check = (input: Uint8Array): Uint8Array => {
    const typ = typOf(input)
    if (typ !== undefined && allowedTyps.has(typ)) return input
    throw new SigningRefusedError('this key may not sign a document of this kind')
  }
  const restricted: Signer = {
    algorithm: signer.algorithm,
    name: signer.name,
    sign: async (input) => signer.sign(check(input)),
  }
  if (!('signSync' in signer)) return restricted
  const sync: SyncSigner = { ...restricted, signSync: (input) => signer.signSync(check(input)) }
  return sync
}
