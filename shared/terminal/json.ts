/** Members that are instants, whatever document they are in. */
const INSTANT = /At$|^(?:at|since|from|until|validUntil|notBefore|notAfter|thisUpdate|nextUpdate)$/

/** For `--json`: amounts, share counts and sequence numbers are decimal strings, instants RFC 3339, as on the wire. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, wireForm, 2)
}

function wireForm(name: string, member: unknown): unknown {
  if (typeof member === 'bigint') return member.toString()
  return typeof member === 'number' && INSTANT.test(name) ? new Date(member).toISOString() : member
}
