import { openStore } from '../open-store.ts'
import type { StoreOptions } from '../open-store.ts'
import type { WalletStore } from '../store.ts'

export interface Counter {
  counter: number
}
export interface Certificate {
  jws: string
}
export interface Rows {
  certificates: Certificate
}
export type SampleStore = WalletStore<Counter, Rows>

export function sampleOptions(folder: string): StoreOptions<Counter, Rows> {
  return { folder, empty: { counter: 0 }, validate: counter, collections: { certificates: certificate } }
}

export async function openSample(folder: string): Promise<SampleStore> {
  return await openStore(sampleOptions(folder))
}

/** One step of the scripted day: the third last certificate goes, a new one comes and the count says so, all together. */
export async function step(store: SampleStore, size = 1500): Promise<number> {
  const next = store.read().counter + 1
  await store.update((draft, { certificates }) => {
    draft.counter = next
    certificates.put(`c${String(next)}`, { jws: 'j'.repeat(size) })
    certificates.remove(`c${String(next - 3)}`)
  })
  return next
}

/** Which certificates there must be after so many steps. */
export function certificatesAfter(steps: number): readonly string[] {
  return [steps - 2, steps - 1, steps].filter((n) => n > 0).map((n) => `c${String(n)}`)
}

function counter(value: unknown): Counter {
  if (typeof value !== 'object' || value === null || !('counter' in value) || typeof value.counter !== 'number') {
    throw new TypeError('not a counter')
  }
  return { counter: value.counter }
}

function certificate(value: unknown): Certificate {
  if (typeof value !== 'object' || value === null || !('jws' in value) || typeof value.jws !== 'string') {
    throw new TypeError('not a certificate')
  }
  return { jws: value.jws }
}
