import { classKey, isCertifiedName } from '../../../../shared/documents/fields.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { unreachable } from '../../../../shared/kernel/assert.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { findClass } from '../settings.ts'
import type { IssuerReadView, IssuerView } from '../tables.ts'
import type { Decide, IssuerSurroundings } from './contract.ts'
import { liveEntry, type Entry } from './register.ts'
import { certificatesOf, type IssueCommand, type IssueDecision, type Payee } from './issuing.ts'
import { subscribe } from './subscription.ts'

/** S51-60 and S141-150: the request for certificates (株券発行要求), by its ground. Its signature was verified on the way here. */
export const issue: Decide<'issuer.issue', Payee | null> = (view, command, surroundings) => {
  const { body, sender } = command
  if (body.userId !== sender.name) return refuse('wrong_user', 'the user ID is not that of the signer')
  if (!isCertifiedName(body.holderName, sender.displayName))
    return refuse('wrong_name', 'the name is not that of the signer’s identity certificate')
  const issued = findClass(surroundings.settings, body)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  if (body.classTerms !== undefined && body.classTerms !== issued.classTerms) {
    return refuse('class_terms_differ', 'the class has other terms')
  }
  return body.ground.kind === 'offering'
    ? subscribe(view, command, surroundings, issued, body.ground)
    : collect(view, command, surroundings)
}

/** S145-150: the holder collects what a transfer, allotment or reissue made. Collecting again gives the same again. */
function collect(
  view: IssuerView,
  { body, sender }: IssueCommand,
  { settings }: IssuerSurroundings,
): Result<IssueDecision, Refusal> {
  const found = entitlement(view, body)
  // S146-147: the same answer whether the number does not exist or is somebody else's, so that nobody can try numbers out.
  if (found === undefined) return refuse('not_entitled', 'no certificate is to be collected with this number')
  const entries: Entry[] = []
  for (const certificateId of found.certificateIds) {
    const entry = liveEntry(view, certificateId)
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  if (entries.reduce((sum, { quantity }) => sum + quantity, 0n) !== body.quantity) {
    return refuse('quantity_differs', 'the quantity is not that of the certificates')
  }
  const collected = entries.map((entry) => {
    if (entry.collectWith !== found.number) return entry
    // S148: what the register did not know yet, such as where dividends go; the name as certified.
    const { postalAddress, dividendAccount } = body
    const holderName = sender.displayName
    const completed = { ...entry, holderName, postalAddress, dividendAccount, collectWith: null }
    view.put('register', completed)
    return completed
  })
  return ok({ reply: certificatesOf(settings, collected) })
}

interface Entitlement {
  readonly number: string
  readonly certificateIds: readonly string[]
}

/** What the number entitles this person to in this class, if anything. */
function entitlement(view: IssuerReadView, body: RequestBody<'issuer.issue'>): Entitlement | undefined {
  const { ground, userId } = body
  const key = classKey(body)
  switch (ground.kind) {
    case 'transfer': {
      const transfer = view.get('history', ground.transferNumber)
      if (transfer === undefined || transfer.classKey !== key) return undefined
      const mine = transfer.buyerUserId === userId ? transfer.newCertificateId : undefined
      // TR7, TF4: the transferor collects what is left of a divided certificate.
      const left = transfer.sellerUserId === userId ? transfer.remainderCertificateId : undefined
      const certificateId = mine ?? left ?? undefined
      return certificateId === undefined
        ? undefined
        : { number: ground.transferNumber, certificateIds: [certificateId] }
    }
    case 'allotment': {
      const allotment = view.get('allotments', ground.allotmentNumber)
      if (allotment === undefined || allotment.classKey !== key || allotment.userId !== userId) return undefined
      return { number: ground.allotmentNumber, certificateIds: [allotment.certificateId] }
    }
    case 'reissue': {
      const reissue = view.get('reissues', ground.reissueNumber)
      if (reissue === undefined || reissue.classKey !== key || reissue.userId !== userId) return undefined
      return { number: ground.reissueNumber, certificateIds: reissue.certificates as readonly string[] }
    }
    case 'offering':
      return undefined
    default:
      return unreachable(ground)
  }
}
