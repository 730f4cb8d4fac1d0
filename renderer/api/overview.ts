import type { Overview } from '../../shared/wallet-api/views.ts'
import { useAnswer, type Answer } from './answers.ts'

const nothing = {}

/** The one picture that everything around the screens is drawn from. */
export function useOverview(): Answer<Overview> & { readonly reload: () => void } {
  return useAnswer('overview', nothing)
}

export type SetUpStep = 'key' | 'market' | 'identity' | 'account' | 'done'

/** What a first run still needs, in this order. */
export function setUpStep({ keyPlace, wallet }: Pick<Overview, 'keyPlace' | 'wallet'>): SetUpStep {
  if (keyPlace === undefined) return 'key'
  if (wallet?.market === undefined) return 'market'
  if (wallet.identity === undefined) return 'identity'
  if (wallet.accounts.length === 0) return 'account'
  return 'done'
}
