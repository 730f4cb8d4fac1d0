/** Draws that are the same for the same seed: what the invented people do can be told again. */
export interface Chance {
  /** At least 0 and less than 1. */
  readonly unit: () => number
  /** At least 0 and less than `bound`. */
  readonly below: (bound: number) => number
  readonly pick: <Item>(from: readonly [Item, ...Item[]]) => Item
  /** About as often above 0 as below, rarely beyond 2: the sum of twelve draws is nearly normal. */
  readonly normal: () => number
}

/** FNV-1a turns the seed into a number, Marsaglia's xorshift (13, 17, 5) draws from it: good enough for play. */
export function chanceFrom(seed: string): Chance {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  state ||= 1
  const unit = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(unit() * bound)
  // Seeds that differ little begin alike.
  for (let i = 0; i < 8; i++) unit()
  return {
    unit,
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
    normal: () => Array.from({ length: 12 }, unit).reduce((sum, drawn) => sum + drawn, -6),
  }
}
