/** Numbers that people read out: two letters and at least eight digits, counted without gaps. */

function numbered(prefix: string, value: bigint): string {
  return `${prefix}-${value.toString().padStart(8, '0')}`
}

export const receptionNumberOf = (value: bigint | number): string => numbered('OR', BigInt(value))
export const matchNumberOf = (value: bigint): string => numbered('MA', value)

/** The digits: numbers of different length sort by them, not as text. */
export function digitsOf(number: string): bigint {
  return BigInt(number.slice(3))
}
