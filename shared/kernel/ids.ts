import type { Ids, Random } from './ports.ts'

/** Crockford's alphabet: no letter that a person could take for another or for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 26 characters of 5 bits hold 128 random bits. */
const LENGTH = 26

export function idsFrom(random: Random): Ids {
  return { next: () => Array.from(random.bytes(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('') }
}
