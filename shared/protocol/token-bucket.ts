import type { Millis } from '../kernel/ports.ts'

/** Lets through `perSecond` on average and `burst` at once. The receiver of messages limits with it, the sender paces. */
export class TokenBucket {
  private tokens: number
  private at: Millis
  private readonly perSecond: number
  private readonly burst: number

  constructor(perSecond: number, burst: number, now: Millis) {
    this.perSecond = perSecond
    this.burst = burst
    this.tokens = burst
    this.at = now
  }

  /** Takes one token if there is one. A clock that was set back refills nothing and takes nothing away. */
  take(now: Millis): boolean {
    this.refill(now)
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }

  /** Milliseconds until {@link take} will succeed; 0 if it does now. */
  wait(now: Millis): number {
    this.refill(now)
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) * 1_000) / this.perSecond)
  }

  private refill(now: Millis): void {
    this.tokens = Math.min(this.burst, this.tokens + (Math.max(0, now - this.at) * this.perSecond) / 1_000)
    this.at = now
  }
}
