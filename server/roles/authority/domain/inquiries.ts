import { writeMembers } from '../../../../shared/documents/document.ts'
import { toUtf8 } from '../../../../shared/kernel/bytes.ts'
import { ok } from '../../../../shared/kernel/result.ts'
import { application, issuedCertificate } from '../../../../shared/protocol/catalogue/authority.ts'
import type { ReplyBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { ApplicationRow, CertificateRow } from '../tables.ts'
import type { Answer, AuthorityReadView } from './contract.ts'

/** What the operator looks at, a page at a time. */

/** Of the 48 KiB that a message of 64 KiB in base64url has, with room for the envelope. */
const PAGE_BYTES = 40 * 1024
const PAGE_ROWS = 200

type Application = ReplyBody<'authority.applications'>['applications'][number]
type Certificate = ReplyBody<'authority.certificates'>['certificates'][number]

function toApplication(view: AuthorityReadView, row: ApplicationRow): Application {
  const widening = view.get('widenings', row.applicationNumber)
  return {
    applicationNumber: row.applicationNumber,
    name: row.name,
    postalAddress: row.postalAddress ?? undefined,
    role: row.role as Application['role'],
    keyThumbprint: row.keyThumbprint,
    url: row.url ?? undefined,
    securities: row.role === 'issuer' ? [...(row.securities as string[])] : undefined,
    certified: widening === undefined ? undefined : [...(widening.certified as string[])],
    receivedAt: Number(row.receivedAt),
    state: row.state as Application['state'],
    reason: row.reason ?? undefined,
    userId: row.userId ?? undefined,
  }
}

function toCertificate(row: CertificateRow): Certificate {
  return {
    serial: row.serial,
    userId: row.userId,
    name: row.name,
    role: row.role as Certificate['role'],
    usage: row.usage as Certificate['usage'],
    notBefore: Number(row.notBeforeAt),
    notAfter: Number(row.notAfterAt),
    state: row.state as Certificate['state'],
    revokedAt: row.revokedAt === null ? undefined : Number(row.revokedAt),
    reason: row.reason ?? undefined,
  }
}

/** As many as fit one message. */
function fitting<Item>(items: readonly Item[], bytesOf: (item: Item) => number): readonly Item[] {
  let room = PAGE_BYTES
  const last = items.findIndex((item) => {
    room -= bytesOf(item)
    return room < 0
  })
  return last === -1 ? items : items.slice(0, last)
}

function jsonBytes(value: unknown): number {
  return toUtf8(JSON.stringify(value)).length
}

/** The first rows of a state after a key; what is pending is little and has an index, the others are most of the table. */
function applicationsOf(view: AuthorityReadView, state: string | undefined, after: string): ApplicationRow[] {
  if (state === 'pending')
    return view.where('applications', 'state', state).filter((row) => row.applicationNumber > after)
  const found: ApplicationRow[] = []
  for (let from = after; ;) {
    const rows = view.range('applications', from, PAGE_ROWS + 1)
    found.push(...rows.filter((row) => state === undefined || row.state === state))
    const last = rows.at(-1)
    if (last === undefined || found.length > PAGE_ROWS) return found
    from = last.applicationNumber
  }
}

export const answerApplications: Answer<'authority.applications'> = (view, { body }) => {
  const rows = applicationsOf(view, body.state, body.after ?? '')
  const page = fitting(
    rows.slice(0, PAGE_ROWS).map((row) => toApplication(view, row)),
    (item) => jsonBytes(writeMembers(application, item)),
  )
  return ok({ applications: [...page], more: page.length < rows.length })
}

export const answerCertificates: Answer<'authority.certificates'> = (view, { body }) => {
  const { userId, after = '' } = body
  const rows =
    userId === undefined
      ? view.range('certificates', after, PAGE_ROWS + 1)
      : view.where('certificates', 'userId', userId).filter(({ serial }) => serial > after)
  const page = fitting(rows.slice(0, PAGE_ROWS).map(toCertificate), (item) =>
    jsonBytes(writeMembers(issuedCertificate, item)),
  )
  return ok({ certificates: [...page], more: page.length < rows.length })
}
