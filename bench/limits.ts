/** What nothing on this machine can exceed: bare signatures and bare durable writes. */
import { createPublicKey, randomBytes, sign, verify, type KeyObject } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newPrivateKey } from '../server/runtime/key-file.ts'
import type { KeyUses } from './counting.ts'

/** As long as the part of an order that is signed. */
const MESSAGE_BYTES = 1_700
const IN_FLIGHT = 32

/** Operations a second. */
export interface Rates {
  readonly verify: number
  readonly sign: number
}

export interface Limits {
  /** One thread, nothing else: on one core. */
  readonly sync: Rates
  /** Through the thread pool, {@link IN_FLIGHT} at once: on all cores. */
  readonly pool: Rates
  /** Appends of 4 KB to a file, each on the disk before the next (fdatasync). */
  readonly durableAppends: number
}

export async function measureLimits(folder: string, forMs: number): Promise<Limits> {
  const key = newPrivateKey()
  const publicKey = createPublicKey(key)
  const message = randomBytes(MESSAGE_BYTES)
  const signature = sign('sha256', message, key)
  return {
    sync: {
      verify: rate(forMs, () => verify('sha256', message, publicKey, signature)),
      sign: rate(forMs, () => sign('sha256', message, key)),
    },
    pool: await poolRates(forMs, message, key, publicKey, signature),
    durableAppends: measureAppends(folder, forMs),
  }
}

function rate(forMs: number, work: () => unknown): number {
  let done = 0
  const start = performance.now()
  let now = start
  for (; now - start < forMs; now = performance.now()) {
    work()
    done++
  }
  return (done / (now - start)) * 1000
}

async function poolRates(
  forMs: number,
  message: Buffer,
  key: KeyObject,
  publicKey: KeyObject,
  signature: Buffer,
): Promise<Rates> {
  const verifyAsync = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify)
  const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign)
  return {
    verify: await pooledRate(forMs, () => verifyAsync('sha256', message, publicKey, signature)),
    sign: await pooledRate(forMs, () => signAsync('sha256', message, key)),
  }
}

async function pooledRate(forMs: number, work: () => Promise<unknown>): Promise<number> {
  let done = 0
  const start = performance.now()
  const worker = async (): Promise<void> => {
    while (performance.now() - start < forMs) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  return (done / (performance.now() - start)) * 1000
}

function measureAppends(folder: string, forMs: number): number {
  const file = join(folder, 'appended')
  const descriptor = openSync(file, 'w')
  const page = Buffer.alloc(4096, 'k')
  try {
    return rate(forMs, () => {
      writeSync(descriptor, page)
      fdatasyncSync(descriptor)
    })
  } finally {
    closeSync(descriptor)
    rmSync(file)
  }
}

/** How many operations a second would be possible if their uses of keys were all there is to do. An agreement costs about a verification. */
export function limitFor(rates: Rates, uses: Pick<KeyUses, 'verifications' | 'signatures' | 'agreements'>): number {
  return 1 / ((uses.verifications + uses.agreements) / rates.verify + uses.signatures / rates.sign)
}
