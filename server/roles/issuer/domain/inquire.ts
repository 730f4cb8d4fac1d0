import { classKey, type ShareClass } from '../../../../shared/documents/fields.ts'
import { offering, type ShareClassTerms } from '../../../../shared/documents/offering.ts'
import {
  registerEntry,
  type CertificateState,
  type RegisterEntry,
} from '../../../../shared/documents/register-entry.ts'
import { holdingsResponse, type HoldingsResponse } from '../../../../shared/documents/reissue.ts'
import { shareCertificate } from '../../../../shared/documents/share-certificate.ts'
import {
  transferHistoryEntry,
  type TransferCause,
  type TransferHistoryEntry,
} from '../../../../shared/documents/transfer.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import { findClass, type IssuedClass } from '../settings.ts'
import type { IssuerReadView, IssuerRow, IssuerTables } from '../tables.ts'
import type { Answer } from './contract.ts'
import { totalsOf } from './list.ts'
import { publishedOffering } from './offer.ts'
import { takePage } from './page.ts'
import { certificateOf, liveEntry, registerEntryOf, type Entry } from './register.ts'

/** Rows read at once while a page is filled. */
const CHUNK = 200

/** All rows of a table after a key, read as they are wanted. */
function* rowsAfter<Name extends keyof IssuerTables>(
  view: IssuerReadView,
  table: Name,
  keyOf: (row: IssuerRow<Name>) => string,
  after: string,
): Generator<IssuerRow<Name>> {
  for (let last = after; ;) {
    const rows = view.range(table, last, CHUNK) as IssuerRow<Name>[]
    yield* rows
    const end = rows.at(-1)
    if (end === undefined || rows.length < CHUNK) return
    last = keyOf(end)
  }
}

/** What a row gives, without those that give nothing; as lazily as the rows are read. */
function* each<Given, Made>(rows: Iterable<Given>, make: (row: Given) => Made | undefined): Generator<Made> {
  for (const row of rows) {
    const made = make(row)
    if (made !== undefined) yield made
  }
}

const certificateIdOf = ({ certificateId }: Entry): string => certificateId
const isCurrent = (state: string): boolean => state === 'live' || state === 'stopped'

function publishedClass(view: IssuerReadView, issued: IssuedClass): ShareClassTerms {
  const { companyName, incorporatedOn, security, shareClass, classTerms, parValueMinor } = issued
  return {
    companyName,
    incorporatedOn,
    security,
    shareClass,
    ...(classTerms !== undefined && { classTerms }),
    authorised: issued.authorised,
    issued: totalsOf(view, classKey(issued)).issued,
    ...(parValueMinor !== undefined && { parValueMinor }),
    currency: issued.currency,
    transferRestriction: issued.transferRestriction,
  }
}

/** IS1: offerings that have not closed. The terms of the classes come with the first page. */
export const offerings: Answer<'issuer.offerings'> = (view, { body, at }, { settings }) => {
  const { after = '' } = body
  const rows = rowsAfter(view, 'offerings', ({ offeringNumber }) => offeringNumber, after)
  const open = each(rows, (row) => {
    const issued = findClass(settings, { security: row.security, shareClass: row.shareClass as ShareClass })
    return issued === undefined || row.closesAt <= BigInt(at) ? undefined : publishedOffering(issued, row)
  })
  // Beside 16 KiB for the classes, 30 KiB are left: the longest terms fit.
  const page = takePage(offering, open, 30 * 1024)
  const classes = settings.classes.map((issued) => publishedClass(view, issued))
  return ok({ offerings: page.items, classes: after === '' ? classes : [], more: page.more })
}

type Holding = HoldingsResponse['entries'][number]

function holdingOf(entry: Entry): Holding {
  return { ...registerEntryOf(entry), ...(entry.collectWith !== null && { toCollect: entry.collectWith }) }
}

/** RE1, [0055]: one's own entries. `live` is what one holds at present, stopped certificates with their state included. */
export const holdings: Answer<'issuer.holdings'> = (view, { body, sender }) => {
  const { userId, scope, security, after = '' } = body
  if (userId !== sender.name) return refuse('wrong_user', 'the user ID is not that of the signer')
  const own = view.where('register', scope === 'live' ? 'currentHolder' : 'userId', userId)
  const wanted = own.filter((entry) => {
    return entry.certificateId > after && (security === undefined || entry.security === security)
  })
  const page = takePage(holdingsResponse.shape.entries.element, wanted.map(holdingOf))
  return ok({ userId, entries: page.items, more: page.more })
}

/** RE1: one's own live certificate, signed once more. */
export const certificate: Answer<'issuer.certificate'> = (view, { body, sender }, { settings }) => {
  const entry = liveEntry(view, body.certificateId)
  if (!entry.ok) return entry
  if (entry.value.userId !== sender.name) return refuse('not_holder', 'the certificate is registered to somebody else')
  return ok((seal) => ({ certificate: seal(shareCertificate, certificateOf(settings, entry.value)) }))
}

/** TF2, TF6: whether an ID is live, and if not, since when and by what. */
export const certificateState: Answer<'issuer.certificate-state'> = (view, { body, at }) => {
  const entry = view.get('register', body.certificateId)
  if (entry === undefined) return refuse('certificate_unknown', 'the register has no such certificate ID')
  const { certificateId, state, retiredAt, retiredBy } = registerEntryOf(entry)
  return ok({
    certificateId,
    state,
    at,
    ...(retiredAt !== undefined && { retiredAt }),
    ...(retiredBy !== undefined && { retiredBy }),
  })
}

/** The entry as it stood at an instant, undefined when it was not in the register yet. */
function asOf(view: IssuerReadView, entry: Entry, instant: Millis | undefined): RegisterEntry | undefined {
  if (instant === undefined) return registerEntryOf(entry)
  const then = BigInt(instant)
  if (entry.enteredAt > then) return undefined
  if (entry.retiredAt !== null && entry.retiredAt <= then) return registerEntryOf(entry)
  const last = view
    .where('stops', 'certificateId', entry.certificateId)
    .filter(({ decidedAt }) => decidedAt <= then)
    .at(-1)
  const state: CertificateState = last?.stopped === true ? 'stopped' : 'live'
  return registerEntryOf(entry, state)
}

/** Art. 121 of the Companies Act: the register of shareholders, at present or as of an instant. */
export const register: Answer<'issuer.register'> = (view, { body }) => {
  const { security, scope, after = '' } = body
  const rows =
    security === undefined
      ? rowsAfter(view, 'register', certificateIdOf, after)
      : view.where('register', 'security', security).filter(({ certificateId }) => certificateId > after)
  const entries = each(rows, (row) => {
    const entry = asOf(view, row, body.asOf)
    return entry === undefined || (scope === 'live' && !isCurrent(entry.state)) ? undefined : entry
  })
  const page = takePage(registerEntry, entries)
  return ok({ entries: page.items, more: page.more })
}

function historyEntryOf(row: IssuerRow<'history'>): TransferHistoryEntry {
  return {
    transferNumber: row.transferNumber,
    security: row.security,
    shareClass: row.shareClass as ShareClass,
    certificateId: row.certificateId,
    newCertificateId: row.newCertificateId,
    ...(row.remainderCertificateId !== null && { remainderCertificateId: row.remainderCertificateId }),
    quantity: row.quantity,
    buyerUserId: row.buyerUserId,
    sellerUserId: row.sellerUserId,
    cause: row.cause as TransferCause,
    ...(row.matchNumber !== null && { matchNumber: row.matchNumber }),
    at: Number(row.transferredAt),
  }
}

/** Fig. 16: the transfer history, in the order of transfer numbers. */
export const history: Answer<'issuer.history'> = (view, { body }) => {
  const { security, after = '' } = body
  const rows =
    security === undefined
      ? rowsAfter(view, 'history', ({ transferNumber }) => transferNumber, after)
      : view.where('history', 'security', security).filter(({ transferNumber }) => transferNumber > after)
  const page = takePage(transferHistoryEntry, each(rows, historyEntryOf))
  return ok({ entries: page.items, more: page.more })
}

/** What must always hold: issued = live, for each class. A stopped certificate's shares are still somebody's. */
export const totals: Answer<'issuer.totals'> = (view, _inquiry, { settings }) => {
  const classes = settings.classes.map(({ security, shareClass, authorised, currency }) => {
    const key = classKey({ security, shareClass })
    const current = view.where('register', 'currentClass', key)
    assert(
      current.every(({ state }) => isCurrent(state)),
      'a retired entry counts no more',
    )
    const live = current.reduce((sum, { quantity }) => sum + quantity, 0n)
    return { security, shareClass, authorised, issued: totalsOf(view, key).issued, live, currency }
  })
  // The journal and the hash over all tables are the queue's own; it fills them in.
  return ok({ classes })
}
