import { ok } from '../../../../shared/kernel/result.ts'
import { crlPeriodMs, type AuthorityTerms } from '../settings.ts'
import { PRESENT } from '../tables.ts'
import type { AuthorityView, Decide } from './contract.ts'

/**
 * What the authority publishes is signed after the commit, from these rows alone: a decision says which revocation list and
 * which descriptor are the present ones, with number and time, so that a restart publishes the same again.
 */

const PAGE = 1000

/** Draws the next revocation list (RFC 5280 section 5.2.3: a greater number each time) with what is revoked by now (CA4). */
export function drawList(
  view: AuthorityView,
  at: number,
  terms: AuthorityTerms,
): { readonly number: bigint; readonly thisUpdate: number; readonly nextUpdate: number } {
  const number = view.next('list')
  const nextUpdate = at + 2 * crlPeriodMs(terms)
  view.put('lists', {
    name: PRESENT,
    number,
    thisUpdateAt: BigInt(at),
    nextUpdateAt: BigInt(nextUpdate),
  })
  return { number, thisUpdate: at, nextUpdate }
}

/** Takes off the list what expired long enough ago (section 5.3). Returns how many stay. */
function pruneRevocations(view: AuthorityView, at: number): number {
  let kept = 0
  for (let after = ''; ;) {
    const rows = view.range('revocations', after, PAGE)
    for (const { serial, listedUntilAt } of rows) {
      if (listedUntilAt !== null && listedUntilAt < BigInt(at)) view.remove('revocations', serial)
      else kept += 1
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return kept
    after = last.serial
  }
}

export const decideCrl: Decide<'authority.crl'> = (view, { at }, { settings }) => {
  const revoked = pruneRevocations(view, at)
  const { number, thisUpdate, nextUpdate } = drawList(view, at, settings)
  return ok({ reply: { crlNumber: number.toString(), thisUpdate, nextUpdate, revoked } })
}

/** The members changed, or what is said about them: the descriptor gets the next sequence number, so that everybody takes it. */
export function drawDescriptor(
  view: AuthorityView,
  at: number,
  terms = view.get('descriptors', PRESENT)?.terms ?? '',
): { readonly sequence: number; readonly issuedAt: number } {
  const sequence = view.next('descriptor')
  view.put('descriptors', { name: PRESENT, sequence, issuedAt: BigInt(at), terms })
  return { sequence: Number(sequence), issuedAt: at }
}

/** Asked at every start: what the operator changed in the settings meanwhile is a change of the descriptor. */
export const decideDescribe: Decide<'authority.describe'> = (view, { body, at }) => {
  const row = view.get('descriptors', PRESENT)
  if (row?.terms === body.terms)
    return ok({ reply: { sequence: Number(row.sequence), issuedAt: Number(row.issuedAt) } })
  return ok({ reply: drawDescriptor(view, at, body.terms) })
}
