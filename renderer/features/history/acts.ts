import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'

export type Entry = OperationOutput<'history.list'>[number]
export type Completion = OperationOutput<'orders.completions'>[number]
/** The only thing that is signed and sent to nobody: the endorsement that a file holds. */
export type Given = OperationOutput<'transfers.given'>[number]
export type Summary = Entry['summary']

/** What the history shows in one row: a request of one's own, or a match that others completed. */
export type Act =
  | { readonly kind: 'request'; readonly at: number; readonly entry: Entry }
  | { readonly kind: 'match'; readonly at: number; readonly completion: Completion }
  | { readonly kind: 'endorsement'; readonly at: number; readonly given: Given }

export type Group = 'trade' | 'transfer' | 'issue' | 'reissue' | 'account'

const GROUPS: Readonly<Record<Summary['kind'], Group>> = {
  order: 'trade',
  cancellation: 'trade',
  replacement: 'trade',
  claim: 'trade',
  transfer: 'transfer',
  endorsement: 'transfer',
  subscription: 'issue',
  collection: 'issue',
  reissue: 'reissue',
  enrolment: 'account',
  renewal: 'account',
  account_opening: 'account',
  inquiry: 'account',
}

/** The newest first. */
export function actsOf(
  entries: readonly Entry[],
  completions: readonly Completion[],
  given: readonly Given[],
): readonly Act[] {
  const acts: Act[] = [
    ...entries.map((entry): Act => ({ kind: 'request', at: entry.at, entry })),
    ...completions.map((completion): Act => ({ kind: 'match', at: completion.at, completion })),
    ...given.map((each): Act => ({ kind: 'endorsement', at: each.at, given: each })),
  ]
  return acts.toSorted((one, other) => other.at - one.at)
}

export function idOf(act: Act): string {
  if (act.kind === 'endorsement') return act.given.certificateId
  return act.kind === 'request' ? act.entry.requestId : act.completion.matchNumber
}

export function groupOf(act: Act): Group {
  if (act.kind === 'endorsement') return 'transfer'
  return act.kind === 'match' ? 'trade' : GROUPS[act.entry.summary.kind]
}

export function stateOf(act: Act): Entry['state'] {
  if (act.kind === 'endorsement') return act.given.state === 'waiting' ? 'under_way' : 'answered'
  return act.kind === 'match' ? 'answered' : act.entry.state
}

/** The security and the number of shares that an act is about, where there is one. */
export function sharesOf(act: Act): { readonly security: string | undefined; readonly quantity: bigint | undefined } {
  if (act.kind === 'match') return act.completion
  if (act.kind === 'endorsement') return act.given
  const { summary } = act.entry
  if (summary.kind === 'transfer' || summary.kind === 'endorsement')
    return { security: summary.certificate.security, quantity: summary.quantity }
  if (summary.kind === 'reissue') {
    const { certificates } = summary
    const quantity = certificates.reduce((shares, each) => shares + each.quantity, 0n)
    return { security: certificates[0]?.security, quantity: certificates.length === 0 ? undefined : quantity }
  }
  return {
    security: 'security' in summary ? summary.security : undefined,
    quantity: 'quantity' in summary ? summary.quantity : undefined,
  }
}

export interface Wanted {
  readonly group: Group | 'all'
  readonly state: Entry['state'] | 'all'
  readonly search: string
}

/** Whether an act is among those that are looked for; `title` as it is shown. */
export function isWanted(act: Act, title: string, { group, state, search }: Wanted): boolean {
  if (group !== 'all' && groupOf(act) !== group) return false
  if (state !== 'all' && stateOf(act) !== state) return false
  const words = search.trim().toLowerCase()
  return words === '' || `${title} ${textOf(act)}`.toLowerCase().includes(words)
}

/** What the wallet tells of an act. */
export function contentOf(act: Act): Entry | Completion | Given {
  if (act.kind === 'match') return act.completion
  return act.kind === 'request' ? act.entry : act.given
}

/** Every text and number of an act, but the signed documents. */
function textOf(act: Act): string {
  const texts: string[] = []
  const collect = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'bigint') texts.push(String(value))
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) collect(each)
  }
  const { notice: _, endorsement: __, ...said } = { notice: '', endorsement: '', ...contentOf(act) }
  collect(said)
  return texts.join(' ')
}
