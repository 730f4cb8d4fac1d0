import type { HoldingsResponse } from '../../shared/documents/reissue.ts'
import type { RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import type { WalletState } from './state.ts'

type Ground = RequestBody<'issuer.issue'>['ground']
export type Collectable = WalletState['toCollect'][number]
type HoldingsEntry = HoldingsResponse['entries'][number]

export function numberOf(ground: Ground): string | undefined {
  switch (ground.kind) {
    case 'transfer':
      return ground.transferNumber
    case 'allotment':
      return ground.allotmentNumber
    case 'reissue':
      return ground.reissueNumber
    case 'offering':
      return undefined
  }
}

/** The number says by its letters what it is. */
export function groundOf(number: string): Ground | undefined {
  if (/^TR-\d{8,12}$/.test(number)) return { kind: 'transfer', transferNumber: number }
  if (/^AL-\d{6,12}$/.test(number)) return { kind: 'allotment', allotmentNumber: number }
  if (/^RE-\d{6,12}$/.test(number)) return { kind: 'reissue', reissueNumber: number }
  return undefined
}

/** What lies ready according to a holdings inquiry. One number may stand for several certificates, which are collected together. */
export function collectablesOf(issuer: string, entries: readonly HoldingsEntry[]): readonly Collectable[] {
  const found = new Map<string, Collectable>()
  for (const { toCollect, security, shareClass, quantity } of entries) {
    if (toCollect === undefined) continue
    const before = found.get(toCollect)?.quantity ?? '0'
    const sum = (BigInt(before) + quantity).toString()
    found.set(toCollect, { number: toCollect, issuer, security, shareClass, quantity: sum })
  }
  return [...found.values()]
}

/** The same number of the same issuer once. */
export function addCollectable(draft: WalletState, collectable: Collectable): void {
  draft.toCollect = [...withoutCollectable(draft, collectable.issuer, collectable.number), collectable]
}

export function withoutCollectable(draft: WalletState, issuer: string, number: string | undefined): Collectable[] {
  return draft.toCollect.filter((each) => each.number !== number || each.issuer !== issuer)
}
