/** What the outside world provides to code that must give the same answer twice: time, randomness and names. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number

export interface Clock {
  now(): Millis
}

export interface Random {
  bytes(length: number): Uint8Array<ArrayBuffer>
}

/** Draws an identifier that has never been drawn before: 128 random bits in Crockford base32, 26 characters. */
export interface Ids {
  next(): string
}
