import type { CertificateState } from '../../../../shared/documents/register-entry.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import { eventTo, type Decide } from './contract.ts'
import { changeList } from './list.ts'
import { drawNumber } from './numbers.ts'
import { classOf, superseded, type Entry } from './register.ts'

function stateRefusal(entry: Entry, stopped: boolean) {
  if (entry.state === 'retired' || entry.state === 'lost') return superseded(entry)
  if (stopped && entry.state === 'stopped') return refuse('already_stopped', 'the certificate is stopped already')
  return !stopped && entry.state === 'live' ? refuse('not_stopped', 'the certificate is not stopped') : undefined
}

/** A theft report or a court order stops a certificate; the exchanges take its ID out of their lists, and back in when it is released. */
export const stop: Decide<'issuer.stop'> = (view, { body, at }, { settings }) => {
  const { certificateId, stopped, ground, operator } = body
  const entry = view.get('register', certificateId)
  if (entry === undefined) return refuse('certificate_unknown', 'the register has no such certificate ID')
  const refusal = stateRefusal(entry, stopped)
  if (refusal !== undefined) return refusal
  const state: CertificateState = stopped ? 'stopped' : 'live'
  view.put('register', { ...entry, state })
  const stopNumber = drawNumber(view, 'ST')
  view.put('stops', { stopNumber, certificateId, stopped, ground, operator, decidedAt: BigInt(at) })
  const [removed, added] = stopped ? [[certificateId], []] : [[], [entry]]
  return ok({
    reply: { certificateId, state },
    messages: changeList(view, classOf(settings, entry), removed, added).messages,
    events: [eventTo(entry.userId, 'certificate-stopped', { certificateId, stopped, ground, at })],
  })
}
