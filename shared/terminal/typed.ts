/** What people type, and how instants are shown to them. */

/** A whole number of shares, `1,000` allowed; undefined for anything else. */
export function readShares(typed: string): bigint | undefined {
  return /^(\d{1,3}(,\d{3})+|\d{1,18})$/.test(typed) ? BigInt(typed.replaceAll(',', '')) : undefined
}

/**
 * `2030-04-01` or `2030-04-01T09:00:00Z`; a date alone is its first instant in UTC. Undefined for anything else: 31 February,
 * which Date.parse takes for a day in March, and times without a zone, which it takes for those of this machine.
 */
export function readInstant(typed: string): number | undefined {
  const [, date] = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.exec(typed) ?? []
  if (date === undefined) return undefined
  const millis = Date.parse(typed)
  return !Number.isNaN(millis) && day(millis) === date ? millis : undefined
}

export function day(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10)
}

export function minute(millis: number): string {
  return new Date(millis).toISOString().slice(0, 16).replace('T', ' ')
}
