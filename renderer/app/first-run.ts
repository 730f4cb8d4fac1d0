import { create } from 'zustand'

/** What the first run is about besides its steps: whether opening an account was put off (asked again at the next start), and
 * whether a backup is being restored, which goes on when the wallet has everything already. */
export const useFirstRun = create<{ readonly accountLater: boolean; readonly restoring: boolean }>()(() => ({
  accountLater: false,
  restoring: false,
}))

export function openAccountLater(): void {
  useFirstRun.setState({ accountLater: true })
}

export function openAccountNow(): void {
  useFirstRun.setState({ accountLater: false })
}

export function beginRestoring(): void {
  useFirstRun.setState({ restoring: true })
}

export function endRestoring(): void {
  useFirstRun.setState({ restoring: false })
}
