import { classKey, type ClassRef } from '../../shared/documents/fields.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { MarketUpdate, Wallet } from '../wallet/wallet.ts'

/** What one screen follows of the market. It ends with the screen, or with the wallet that is locked. */
export class Watches {
  readonly #tell: (update: MarketUpdate) => void
  readonly #ends = new Map<string, () => void>()

  constructor(tell: (update: MarketUpdate) => void) {
    this.#tell = tell
  }

  /** Asked once more for the same class, it tells everything once more. */
  watch(wallet: Wallet, ref: ClassRef): Result<Record<string, never>, Refusal> {
    this.unwatch(ref)
    const watched = wallet.watch(ref, this.#tell)
    if (!watched.ok) return watched
    this.#ends.set(classKey(ref), watched.value)
    return ok({})
  }

  unwatch(ref: ClassRef): void {
    this.#ends.get(classKey(ref))?.()
    this.#ends.delete(classKey(ref))
  }

  end(): void {
    for (const end of this.#ends.values()) end()
    this.#ends.clear()
  }
}
