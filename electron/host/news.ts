import type { NodeState } from '../../shared/wallet-api/node.ts'
import type { EventName } from '../../shared/wallet-api/operations.ts'
import type { CompletionView, Wallet } from '../wallet/wallet.ts'

/** Something that the person waits for and did not do just now. */
export type News =
  | { readonly kind: 'traded'; readonly trades: readonly CompletionView[] }
  | { readonly kind: 'to_collect'; readonly count: number }
  | { readonly kind: 'identity_approved' }
  /** The servers of a market that this program runs ended by themselves. */
  | { readonly kind: 'node_failed' }
  /** The window is closed and the servers go on. */
  | { readonly kind: 'node_goes_on' }

type Looked = Pick<Wallet, 'completions' | 'toCollect' | 'identity'>

/** Notices what has come to a wallet since it was opened; what it holds already is no news. */
export class NewsDesk {
  readonly #wallet: Looked
  #matches: ReadonlySet<string>
  #toCollect: ReadonlySet<string>
  #isEnrolled: boolean

  constructor(wallet: Looked) {
    this.#wallet = wallet
    this.#matches = new Set(wallet.completions().map(({ matchNumber }) => matchNumber))
    this.#toCollect = new Set(wallet.toCollect().map(({ number }) => number))
    this.#isEnrolled = wallet.identity() !== undefined
  }

  /** What is new since this was last asked. */
  take(): News[] {
    const completions = this.#wallet.completions()
    const collectable = this.#wallet.toCollect()
    const trades = completions.filter(({ matchNumber }) => !this.#matches.has(matchNumber))
    const count = collectable.filter(({ number }) => !this.#toCollect.has(number)).length
    const isApproved = !this.#isEnrolled && this.#wallet.identity() !== undefined
    this.#matches = new Set(completions.map(({ matchNumber }) => matchNumber))
    this.#toCollect = new Set(collectable.map(({ number }) => number))
    this.#isEnrolled ||= isApproved
    return [
      ...(isApproved ? [{ kind: 'identity_approved' } as const] : []),
      ...(trades.length > 0 ? [{ kind: 'traded', trades } as const] : []),
      ...(count > 0 ? [{ kind: 'to_collect', count } as const] : []),
    ]
  }
}

/** For a listener of the host's events: tells once that the servers have given up, and again only after they ran. */
export function tellFailure(state: () => NodeState['state'], tell: (news: News) => void): (event: EventName) => void {
  let hadFailed = state() === 'failed'
  return (event) => {
    if (event !== 'changed') return
    const hasFailed = state() === 'failed'
    if (hasFailed && !hadFailed) tell({ kind: 'node_failed' })
    hadFailed = hasFailed
  }
}
