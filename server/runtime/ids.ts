import { randomBytes } from 'node:crypto'
import { idsFrom } from '../../shared/kernel/ids.ts'
import type { Clock, Ids, Random } from '../../shared/kernel/ports.ts'

export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }

export const systemClock: Clock = { now: () => Date.now() }

export const randomIds: Ids = idsFrom(systemRandom)
