/** Orders good till a date, by the instant at which they end: 15 digits of milliseconds sort as text. */
export function dueKey(until: bigint, reception: string): string {
  return `${until.toString().padStart(15, '0')}/${reception}`
}

export function dueInstant(due: string): number {
  return Number(due.slice(0, 15))
}
