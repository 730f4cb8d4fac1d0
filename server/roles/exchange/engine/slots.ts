import type { Level } from './side.ts'

/** The end of a list of slots. */
export const NONE = -1
const INITIAL_SLOTS = 1024

/**
 * The resting orders as columns: an order is an index (its slot), so resting, trading and cancelling leave nothing to the
 * garbage collector. Free slots are chained through `next`. Safe integers are exact in a Float64Array.
 */
export class OrderSlots {
  ids = new Float64Array(INITIAL_SLOTS)
  owners = new Float64Array(INITIAL_SLOTS)
  priorities = new Float64Array(INITIAL_SLOTS)
  quantities = new Float64Array(INITIAL_SLOTS)
  goodTillDate = new Uint8Array(INITIAL_SLOTS)
  /** Neighbours in the queue of the price, earlier and later. */
  previous = new Int32Array(INITIAL_SLOTS)
  next = new Int32Array(INITIAL_SLOTS)
  readonly levels: Level[] = []
  #free = NONE
  #used = 0

  take(): number {
    if (this.#free === NONE) {
      if (this.#used === this.ids.length) this.#grow()
      return this.#used++
    }
    const slot = this.#free
    this.#free = this.next[slot]!
    return slot
  }

  release(slot: number): void {
    this.next[slot] = this.#free
    this.#free = slot
  }

  #grow(): void {
    const wider = <T extends Float64Array | Int32Array | Uint8Array>(column: T, twice: T): T => {
      twice.set(column)
      return twice
    }
    const length = this.ids.length * 2
    this.ids = wider(this.ids, new Float64Array(length))
    this.owners = wider(this.owners, new Float64Array(length))
    this.priorities = wider(this.priorities, new Float64Array(length))
    this.quantities = wider(this.quantities, new Float64Array(length))
    this.goodTillDate = wider(this.goodTillDate, new Uint8Array(length))
    this.previous = wider(this.previous, new Int32Array(length))
    this.next = wider(this.next, new Int32Array(length))
  }
}
