/** What crosses between processes and worlds, as text: more than JSON can say, less than the structured clone does. */
export type Coded =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'bigint' | 'number' | 'date'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Coded[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Coded])[] }
  | { readonly kind: 'other'; readonly other: unknown }

export interface Codec {
  readonly encode: (value: unknown) => Coded
  readonly decode: (coded: Coded) => unknown
}

/**
 * `encodeOther`: for functions and promises, where they may cross; without it they cannot. Its source is also run in pages: it refers to
 * nothing outside.
 */
export function makeCodec(
  encodeOther: (value: unknown) => unknown = (value) => {
    throw new Error(`An object could not be cloned: ${typeof value}`)
  },
  decodeOther: (other: unknown) => unknown = (other) => other,
): Codec {
  const encode = (value: unknown): Coded => {
    if (value === undefined) return { kind: 'undefined' }
    if (typeof value === 'bigint') return { kind: 'bigint', text: String(value) }
    if (typeof value === 'number' && !(Number.isFinite(value) && !Object.is(value, -0)))
      return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value) }
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return { kind: 'plain', value }
    if (typeof value !== 'object' || value instanceof Promise) return { kind: 'other', other: encodeOther(value) }
    if (value instanceof Date) return { kind: 'date', text: String(value.getTime()) }
    if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => encode(item)) }
    const members = Object.keys(value).map((key) => [key, encode((value as Record<string, unknown>)[key])] as const)
    return { kind: 'object', members }
  }
  const decode = (coded: Coded): unknown => {
    switch (coded.kind) {
      case 'plain':
        return coded.value
      case 'undefined':
        return undefined
      case 'bigint':
        return BigInt(coded.text)
      case 'number':
        return Number(coded.text)
      case 'date':
        return new Date(Number(coded.text))
      case 'list':
        return coded.items.map((item) => decode(item))
      case 'object': {
        const made = {}
        for (const [key, member] of coded.members)
          Object.defineProperty(made, key, {
            value: decode(member),
            enumerable: true,
            writable: true,
            configurable: true,
          })
        return made
      }
      case 'other':
        return decodeOther(coded.other)
    }
  }
  return { encode, decode }
}
