import { wallet } from '../api/wallet.ts'

const EVERY_MS = 10_000

/** Puts off the automatic lock while somebody is at the screen. */
export function touchOnUse(): () => void {
  let last = -EVERY_MS
  const touch = ({ timeStamp }: Event): void => {
    if (timeStamp - last < EVERY_MS) return
    last = timeStamp
    void wallet().call('lock.touch', {})
  }
  const kinds = ['pointerdown', 'keydown'] as const
  // Buttons keep their presses to themselves: they are heard on the way down.
  for (const kind of kinds) window.addEventListener(kind, touch, { passive: true, capture: true })
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, touch, { capture: true })
  }
}
