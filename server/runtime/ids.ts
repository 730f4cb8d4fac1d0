import { randomBytes } from 'node:crypto'
import type { Clock, Ids, Random } from '../../shared/kernel/ports.ts'

/** Crockford's alphabet: no letter that a person could take for another or for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 26 characters of 5 bits hold 128 random bits. */
const LENGTH = 26

export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }

export const systemClock: Clock = { now: () => Date.now() }

export const randomIds: Ids = {
  next: () => Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join(''),
}
