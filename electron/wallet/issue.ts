import { offeringNumber as offeringNumberField } from '../../shared/documents/fields.ts'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { Offering, ShareClassTerms } from '../../shared/documents/offering.ts'
import { toUtf8 } from '../../shared/kernel/bytes.ts'
import { ok } from '../../shared/kernel/result.ts'
import type { RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import type { HeldCertificate, Outcome, ToCollect } from './api.ts'
import { collectablesOf, groundOf, numberOf, withoutCollectable, type Collectable } from './collectables.ts'
import { contentOf, heldAmong, keepCertificates, verifyIssued } from './certificates.ts'
import { holder, registeredAs, sealOwnAccount, type WalletContext } from './context.ts'
import type { Effect } from './effect.ts'
import { inquireHoldings } from './holdings.ts'
import { bodyOf } from './request-body.ts'
import type { Store } from './state.ts'
import { refuse } from './refuse.ts'

/** [IS1] From every issuer of the market. */
export async function offerings(
  context: WalletContext,
): Outcome<{ readonly offerings: readonly Offering[]; readonly classes: readonly ShareClassTerms[] }> {
  const found = { offerings: [] as Offering[], classes: [] as ShareClassTerms[] }
  for (const issuer of context.market.issuers()) {
    const asked = await offeringsOf(context, issuer)
    if (!asked.ok) return asked
    found.offerings.push(...asked.value.offerings)
    found.classes.push(...asked.value.classes)
  }
  return ok(found)
}

async function offeringsOf(
  { requests }: WalletContext,
  issuer: MarketMember,
): Outcome<{ readonly offerings: readonly Offering[]; readonly classes: readonly ShareClassTerms[] }> {
  const all: Offering[] = []
  for (;;) {
    const last = all.at(-1)?.offeringNumber
    const body = last === undefined ? {} : { after: last }
    const asked = await requests.inquire({ operation: 'issuer.offerings', to: issuer, body })
    if (!asked.ok) return asked
    all.push(...asked.value.offerings)
    if (!asked.value.more || asked.value.offerings.length === 0)
      return ok({ offerings: all, classes: asked.value.classes })
  }
}

/** [IS2] Agrees to terms by their hash, computed here from the terms that were shown. */
export async function subscribe(
  context: WalletContext,
  form: { readonly offeringNumber: string; readonly quantity: bigint; readonly terms?: string },
): Outcome<readonly HeldCertificate[]> {
  if (!offeringNumberField.safeParse(form.offeringNumber).success)
    return refuse('bad_input', 'not the number of an offering', { member: 'offeringNumber' })
  const found = await findOffering(context, form.offeringNumber)
  if (!found.ok) return found
  const { offering, issuer } = found.value
  const termsHash = await sha256Base64Url(toUtf8(form.terms ?? offering.terms))
  if (termsHash !== offering.termsHash)
    return refuse('terms_differ', 'the terms shown are not those that are published')
  const { security, shareClass, classTerms, currency, offeringNumber } = offering
  return ask(context, issuer, currency, {
    security,
    shareClass,
    quantity: form.quantity,
    ...(classTerms !== undefined && { classTerms }),
    ground: { kind: 'offering', offeringNumber, termsHash },
  })
}

async function findOffering(
  context: WalletContext,
  offeringNumber: string,
): Outcome<{ readonly offering: Offering; readonly issuer: MarketMember }> {
  for (const issuer of context.market.issuers()) {
    const asked = await offeringsOf(context, issuer)
    if (!asked.ok) return asked
    const offering = asked.value.offerings.find((each) => each.offeringNumber === offeringNumber)
    // Numbers count at each issuer from the start; the securities are each issuer's own.
    if (offering !== undefined && issuer.securities?.includes(offering.security) === true)
      return ok({ offering, issuer })
  }
  return refuse('offering_unknown', 'no issuer has this offering')
}

/** Figs. 5 and 20: the request for certificates, whatever its ground. */
async function ask(
  context: WalletContext,
  issuer: MarketMember,
  currency: string,
  wanted: Pick<RequestBody<'issuer.issue'>, 'security' | 'shareClass' | 'classTerms' | 'quantity' | 'ground'>,
): Outcome<readonly HeldCertificate[]> {
  const { store, requests, clock } = context
  const me = holder(store)
  if (!me.ok) return me
  const registered = registeredAs(store)
  if (!registered.ok) return registered
  const asked = await requests.command({
    operation: 'issuer.issue',
    to: issuer,
    body: async (requestId) => {
      const account = await sealOwnAccount(context, currency, requestId)
      if (!account.ok) return account
      const { name, postalAddress } = registered.value
      const { userId } = me.value
      return ok({ userId, holderName: name, postalAddress, dividendAccount: account.value, ...wanted })
    },
  })
  if (!asked.ok) return asked
  const certificateIds = asked.value.certificates.map((certificate) => contentOf({ certificate }).certificateId)
  return ok(heldAmong(store, certificateIds, clock.now()))
}

/** [IS4] [TR7] What arrives is verified, kept, and no longer to be collected. */
export const certificatesIssued: Effect<'issuer.issue'> = {
  replied: async (context, { body, row }, { certificates }) => {
    const verified = await verifyIssued(context, certificates, body)
    if (!verified.ok) return verified
    const keep = keepCertificates(certificates, verified.value, context.clock.now(), row.restored)
    const number = numberOf(body.ground)
    return ok((draft, rows) => {
      keep(draft, rows)
      draft.toCollect = withoutCollectable(draft, row.to, number)
    })
  },
  // The register will not give it, now or later; what it has for us instead, the next inquiry says.
  refused:
    ({ body, row }, code) =>
    (draft) => {
      if (UNCOLLECTABLE.has(code)) draft.toCollect = withoutCollectable(draft, row.to, numberOf(body.ground))
    },
}

const UNCOLLECTABLE: ReadonlySet<string> = new Set(['not_entitled', 'certificate_superseded', 'quantity_differs'])

export function listToCollect({ store }: WalletContext): readonly ToCollect[] {
  return store.read().toCollect.map(({ number, security, shareClass, quantity }) => ({
    number,
    security,
    shareClass,
    quantity: BigInt(quantity),
  }))
}

/** Collects by number; one that the wallet does not know of is looked up in the registers. */
export async function collect(context: WalletContext, number: string): Outcome<readonly HeldCertificate[]> {
  const kept = context.store.read().toCollect.filter((each) => each.number === number)
  const found = kept.length > 0 ? ok(kept) : await lookUp(context, number)
  if (!found.ok) return found
  return collectEach(context, found.value)
}

export function collectAll(context: WalletContext): Outcome<readonly HeldCertificate[]> {
  return collectEach(context, context.store.read().toCollect)
}

/** All are tried; the first refusal is the answer if there was one. */
async function collectEach(
  context: WalletContext,
  collectables: readonly Collectable[],
): Outcome<readonly HeldCertificate[]> {
  const results = await Promise.all(collectables.map((each) => collectOne(context, each)))
  const refused = results.find((result) => !result.ok)
  return refused ?? ok(results.flatMap((result) => (result.ok ? result.value : [])))
}

async function collectOne(context: WalletContext, wanted: Collectable): Outcome<readonly HeldCertificate[]> {
  const { market, requests, store } = context
  const issuer = market.member(wanted.issuer)
  if (issuer === undefined) return refuse('no_server', 'the issuer is no longer in the market')
  const ground = groundOf(wanted.number)
  if (ground === undefined) return refuse('bad_input', 'not a number to collect with', { member: 'number' })
  // Asked already and without an answer so far: one request for one certificate is enough.
  const same = requests.unanswered().find((requestId) => collects(store, requestId, wanted))
  if (same !== undefined) return refuse('under_way', 'the certificate is being collected', { requestId: same })
  const { security, shareClass } = wanted
  const currency = market.view()?.currency ?? ''
  return ask(context, issuer, currency, { security, shareClass, quantity: BigInt(wanted.quantity), ground })
}

function collects(store: Store, requestId: string, wanted: Collectable): boolean {
  const row = store.collections.requests.get(requestId)
  if (row?.operation !== 'issuer.issue' || row.to !== wanted.issuer) return false
  return numberOf(bodyOf('issuer.issue', row.request).ground) === wanted.number
}

async function lookUp(context: WalletContext, number: string): Outcome<readonly Collectable[]> {
  if (groundOf(number) === undefined) return refuse('bad_input', 'not a number to collect with', { member: 'number' })
  for (const issuer of context.market.issuers()) {
    const holdings = await inquireHoldings(context, issuer, 'live')
    if (!holdings.ok) return holdings
    const found = collectablesOf(issuer.userId, holdings.value).filter((each) => each.number === number)
    if (found.length > 0) return ok(found)
  }
  return refuse('nothing_to_collect', 'no certificate lies ready under this number')
}
