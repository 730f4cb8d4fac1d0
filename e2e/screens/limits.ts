/** Everything that a person does is answered in this time, on a busy machine too. */
export const STEP_MS = 45_000

const MINUTES_MS = 60_000

/** Setting a stage builds the screens and starts a market and a browser. */
export const SETTING_MS = 5 * MINUTES_MS

/** Of what a person does on many screens. */
export const STORY = { timeout: 8 * MINUTES_MS } as const

/** Waits for what has no limit of its own, and names it if it does not come. */
export async function within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: nothing after ${STEP_MS / 1_000} s`)), STEP_MS)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
