export interface CheckedParts {
  /** Of the parts that are numbers. */
  readonly sum: bigint
  /** Present if every part is a number of shares and together they are the whole. */
  readonly quantities: readonly bigint[] | undefined
}

/** A typed number of shares; undefined for anything else. */
export function readPart(typed: string): bigint | undefined {
  const quantity = /^\d{1,18}$/.test(typed) ? BigInt(typed) : 0n
  return quantity >= 1n ? quantity : undefined
}

/** [RE3] Quantities add up exactly. */
export function checkParts(parts: readonly string[], whole: bigint): CheckedParts {
  const quantities = parts.map(readPart).filter((quantity) => quantity !== undefined)
  const sum = quantities.reduce((shares, quantity) => shares + quantity, 0n)
  const isRight = sum === whole && quantities.length === parts.length && parts.length >= 2
  return { sum, quantities: isRight ? quantities : undefined }
}

/** As equal as whole shares allow; the first parts are the larger ones. */
export function evenParts(whole: bigint, count: number): readonly string[] {
  const [each, larger] = [whole / BigInt(count), Number(whole % BigInt(count))]
  return Array.from({ length: count }, (_, index) => String(each + (index < larger ? 1n : 0n)))
}
