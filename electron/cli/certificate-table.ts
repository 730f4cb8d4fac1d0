import { formatCount } from '../../shared/terminal/amount.ts'
import { formatFacts, type Fact } from '../../shared/terminal/facts.ts'
import type { Output } from '../../shared/terminal/output.ts'
import { day, minute } from '../../shared/terminal/typed.ts'
import type { HeldCertificate, PendingCause } from '../wallet/wallet.ts'

export function showCertificates(out: Output, certificates: readonly HeldCertificate[], empty: string): void {
  out.table(
    certificates,
    [
      { title: 'certificate ID', value: (row) => row.certificateId },
      { title: 'number', value: (row) => row.certificateNumber },
      { title: 'company', value: (row) => row.companyName },
      { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
      { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
      { title: 'state', value: (row) => row.state },
      { title: 'because', value: (row) => (row.pending === undefined ? '' : becauseOf(row.pending)) },
    ],
    empty,
  )
}

export function describeCertificate(held: HeldCertificate): string {
  const facts: Fact[] = [
    ['certificate ID', held.certificateId],
    ['certificate number', held.certificateNumber],
    ['company', held.companyName],
    ['shares', `${formatCount(held.quantity)} ${held.security} ${held.shareClass}`],
    ['in the name of', held.holderName],
    ['issued', day(held.issuedAt)],
    ['transfer restriction', held.transferRestriction],
    ['state', `${held.state}, as the issuer said on ${minute(held.checkedAt)} UTC`],
  ]
  if (held.validUntil !== undefined) facts.push(['valid until', day(held.validUntil)])
  if (held.pending !== undefined) facts.push(['pending', becauseOf(held.pending)])
  if (held.retiredAt !== undefined)
    facts.push([
      'retired',
      `${minute(held.retiredAt)} UTC${held.retiredBy === undefined ? '' : ` by ${held.retiredBy}`}`,
    ])
  return formatFacts(facts)
}

function becauseOf(cause: PendingCause): string {
  switch (cause.kind) {
    case 'offered':
      return `on offer in order ${cause.receptionNumber}`
    case 'endorsed':
      return `${formatCount(cause.quantity)} made over to ${cause.transfereeName} until ${minute(cause.validUntil)} UTC`
    case 'request':
      return `request ${cause.requestId} is under way`
    case 'unchecked':
      return 'restored from a backup; its issuer has not been asked yet'
  }
}
