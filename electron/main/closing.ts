import type { NodeState } from '../../shared/wallet-api/node.ts'

/** Other people are at the other ends of a market's servers: while they run here, closing the window leaves them running. */
export function closingMeans(node: NodeState['state'] | undefined, isQuitting: boolean): 'hide' | 'quit' {
  return !isQuitting && (node === 'making' || node === 'starting' || node === 'ready') ? 'hide' : 'quit'
}
