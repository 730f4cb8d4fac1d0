/** What people type, and how instants are shown to them. */

/** A whole number of shares, `1,000` allowed; undefined for anything else. */
export function readShares(typed: string): bigint | undefined {
  return /^(\d{1,3}(,\d{3})+|\d{1,18})$/.test(typed) ? BigInt(typed.replaceAll(',', '')) : undefined
}

/** `2030-04-01` or `2030-04-01T09:00:00Z`; a date alone is its first instant in UTC. Undefined for anything else. */
export function readInstant(typed: string): number | undefined {
  const millis = Date.parse(typed)
  return !/^\d{4}-\d{2}-\d{2}/.test(typed) || Number.isNaN(millis) ? undefined : millis
}

export function day(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10)
}

export function minute(millis: number): string {
  return new Date(millis).toISOString().slice(0, 16).replace('T', ' ')
}
