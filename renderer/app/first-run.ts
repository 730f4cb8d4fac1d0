import { create } from 'zustand'

/** Whether the person put off opening an account; asked again at the next start. */
export const useFirstRun = create<{ readonly accountLater: boolean }>()(() => ({ accountLater: false }))

export function openAccountLater(): void {
  useFirstRun.setState({ accountLater: true })
}

export function openAccountNow(): void {
  useFirstRun.setState({ accountLater: false })
}
