import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** How often this process used a key since it began. */
export interface KeyUses {
  readonly verifications: number
  readonly signatures: number
  /** ECDH: what opening an encrypted account number costs beside some AES. */
  readonly agreements: number
}

/**
 * Counts every use of a key in this process, whoever asks for it: the limit that a figure is compared with is then that of
 * the work which was really done, and not of what somebody believes is done.
 */
export function countKeyUses(): () => KeyUses {
  const uses = { verifications: 0, signatures: 0, agreements: 0 }
  counted(crypto, 'verify', () => uses.verifications++)
  counted(crypto, 'sign', () => uses.signatures++)
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as object
  counted(subtle, 'verify', () => uses.verifications++)
  counted(subtle, 'sign', () => uses.signatures++)
  counted(subtle, 'deriveBits', () => uses.agreements++)
  // Modules that imported the functions by name see the counted ones from here on.
  syncBuiltinESMExports()
  return () => ({ ...uses })
}

type Loose = Record<string, (...given: unknown[]) => unknown>

function counted(owner: object, name: string, count: () => void): void {
  const methods = owner as Loose
  const original = methods[name]
  if (original === undefined) throw new Error(`node:crypto has no ${name}`)
  methods[name] = function (this: unknown, ...given: unknown[]) {
    count()
    return original.apply(this, given)
  }
}
