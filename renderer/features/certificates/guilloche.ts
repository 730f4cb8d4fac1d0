/** Fine lines that are drawn from a certificate's ID alone: another ID, another engraving. */
export interface Guilloche {
  /** Paths of rosettes around (0, 0), within a circle of 100. */
  readonly rosettes: readonly string[]
  /** A border wave of one period, from (0, 0) to (48, 0), amplitude 10. */
  readonly waves: readonly string[]
}

const RADIUS = 100
const POINTS = 720
const WAVE_LENGTH = 48
const WAVE_POINTS = 24

/** Deterministic: the same ID always gives the same lines. */
export function guilloche(id: string): Guilloche {
  const draw = numbersFrom(id)
  const rosettes = Array.from({ length: 3 }, (_, layer) => {
    const petals = 7 + Math.floor(draw() * 14)
    const depth = 0.14 + draw() * 0.22
    const fine = 2 + Math.floor(draw() * 4)
    const size = RADIUS * (1 - layer * 0.24)
    return Array.from({ length: 5 }, (_unused, line) =>
      rosette(size * (1 - line * 0.028), petals, depth, fine, line / 5),
    )
  }).flat()
  const phase = draw() * Math.PI * 2
  const waves = Array.from({ length: 4 }, (_, line) => wave(phase + (line * Math.PI) / 4))
  return { rosettes, waves }
}

function rosette(size: number, petals: number, depth: number, fine: number, turn: number): string {
  const points = Array.from({ length: POINTS }, (_, index) => {
    const angle = (index / POINTS) * Math.PI * 2
    const ripple = Math.cos(petals * angle + turn * Math.PI * 2) + Math.cos(petals * fine * angle) / fine
    const radius = size * (1 - depth + (depth * ripple) / (1 + 1 / fine))
    return `${short(radius * Math.cos(angle))} ${short(radius * Math.sin(angle))}`
  })
  return `M${points.join('L')}Z`
}

function wave(phase: number): string {
  const points = Array.from({ length: WAVE_POINTS + 1 }, (_, index) => {
    const x = (index / WAVE_POINTS) * WAVE_LENGTH
    return `${short(x)} ${short(10 * Math.sin((x / WAVE_LENGTH) * Math.PI * 2 + phase))}`
  })
  return `M${points.join('L')}`
}

function short(value: number): string {
  return value.toFixed(1)
}

/** Numbers in [0, 1) that depend on every character (FNV-1a, then xorshift). Decoration: nothing rests on their quality. */
function numbersFrom(text: string): () => number {
  let state = 0x811c9dc5
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
