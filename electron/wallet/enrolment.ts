import { createHash, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { personName, postalAddress } from '../../shared/documents/fields.ts'
import type { IdentityFile } from '../../shared/documents/endorsement.ts'
import { equalBytes, fromBase64 } from '../../shared/kernel/bytes.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { isHolderName } from '../../shared/pki/profile.ts'
import type { ReplyBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { isPlainText } from '../../shared/signing/canonical.ts'
import type { EnrolmentView, IdentityView, Outcome } from './api.ts'
import { holder, type WalletContext } from './context.ts'
import type { Effect, EffectContext } from './effect.ts'
import { formatFingerprint } from './fingerprint.ts'
import type { Change, Store, WalletState } from './state.ts'
import { refuse } from './refuse.ts'

type Application = ReplyBody<'authority.application'>

export function identityView(store: Store): IdentityView | undefined {
  const { identity, profile } = store.read()
  if (identity === null) return undefined
  const leaf = Buffer.from(identity.chain[0] ?? '', 'base64')
  const issuer = /^CN=(.*)$/m.exec(new X509Certificate(leaf).issuer)?.[1] ?? ''
  const fingerprint = formatFingerprint(createHash('sha256').update(leaf).digest('base64url'))
  return { ...identity, postalAddress: profile?.postalAddress, issuer, fingerprint }
}

/** Why others do not believe what is signed here any more: the certificate was revoked or has expired. Undefined if they do. */
export async function standing({ store, market }: EffectContext): Promise<Refusal | undefined> {
  const { identity } = store.read()
  const { trust } = market
  if (identity === null || !trust.ok) return undefined
  const known = await trust.value.authenticate(identity.chain)
  // Whether the lists are fresh is another question, which the market's view answers.
  return known.ok || !known.error.code.startsWith('cert_') ? undefined : known.error
}

/** [CA1] Applies; the name and address are remembered for the requests to come. */
export async function enrol(
  context: WalletContext,
  form: { readonly name: string; readonly postalAddress?: string; readonly invitation?: string },
): Outcome<EnrolmentView> {
  const { store, keys, market, requests } = context
  const { application, identity } = store.read()
  if (identity !== null || application?.state === 'pending')
    return refuse('already_enrolled', 'there is an application or a certificate already')
  const [requestId] = requests.unanswered()
  if (requestId !== undefined) return refuse('under_way', 'an application is not answered yet', { requestId })
  const own = keys.own
  if (!own.ok) return own
  if (!isHolderName(form.name) || !personName.safeParse(form.name).success)
    return refuse('bad_input', 'not a name that a certificate can bear', { member: 'name' })
  const authority = market.server('authority')
  if (!authority.ok) return authority
  const address = form.postalAddress === undefined ? {} : { postalAddress: form.postalAddress }
  const invitation = form.invitation === undefined ? {} : { invitation: form.invitation }
  const request = await keys.certificationRequest(form.name)
  const asked = await requests.command({
    operation: 'authority.enrol',
    to: authority.value,
    body: { name: form.name, role: 'investor', request, ...address, ...invitation },
    alongside: (draft) => void (draft.profile = { name: form.name, ...address }),
  })
  return asked.ok ? enrolmentView(context) : asked
}

export const enrolled: Effect<'authority.enrol'> = {
  replied: (context, _, reply) => applicationChange(context, reply),
}

/** [CA2] How far the application has come. */
export async function enrolment(context: WalletContext): Outcome<EnrolmentView> {
  const { store, market, requests } = context
  const { application } = store.read()
  if (application?.state !== 'pending') return enrolmentView(context)
  const authority = market.server('authority')
  if (!authority.ok) return authority
  const { applicationNumber } = application
  const asked = await requests.inquire({
    operation: 'authority.application',
    to: authority.value,
    body: { applicationNumber },
  })
  if (!asked.ok) return asked
  const change = await applicationChange(context, asked.value)
  if (!change.ok) return change
  await store.update(change.value)
  return enrolmentView(context)
}

function enrolmentView({ store }: WalletContext): Result<EnrolmentView, Refusal> {
  const { application } = store.read()
  const identity = identityView(store)
  if (identity !== undefined) return ok({ state: 'approved', identity })
  if (application === null) return ok({ state: 'none' })
  const { applicationNumber, state, reason } = application
  if (state === 'refused') return ok({ state, applicationNumber, reason })
  const asked = [...store.collections.requests.all().values()].filter(
    ({ operation }) => operation === 'authority.enrol',
  )
  return ok({ state: 'pending', applicationNumber, since: Math.max(...asked.map(({ at }) => at)) })
}

async function applicationChange(
  context: EffectContext,
  { applicationNumber, state, reason, chain }: Application,
): Promise<Result<Change, Refusal>> {
  const application = { applicationNumber, state, ...(reason !== undefined && { reason }) }
  if (state !== 'approved') return ok((draft) => void (draft.application = application))
  const identity = await ownIdentity(context, chain)
  if (!identity.ok) return identity
  return ok((draft) => {
    draft.application = application
    draft.identity = identity.value
  })
}

/** The authority's certificate counts only if it is an investor's and for our key. */
async function ownIdentity(
  { store, market }: EffectContext,
  chain: readonly string[] | undefined,
): Promise<Result<NonNullable<WalletState['identity']>, Refusal>> {
  const { trust } = market
  if (!trust.ok) return trust
  const known = await trust.value.authenticate(chain ?? [])
  if (!known.ok) return known
  const { signer, key, identity: certified } = known.value
  const { key: own, identity } = store.read()
  const isOurs = own !== null && equalBytes(key.spki, fromBase64(own.spki) ?? new Uint8Array())
  if (!isOurs || signer.role !== 'investor' || (identity !== null && identity.userId !== signer.userId))
    return refuse('wrong_certificate', 'the certificate is not for this key, role and user')
  const { userId, name } = signer
  return ok({ userId, name, notAfter: certified.certificate.notAfter, chain: [...(chain ?? [])] })
}

/** [CA4] Requests under way are signed with the present certificate, and only its session takes them again. */
export async function renew(context: WalletContext): Outcome<IdentityView> {
  const { store, keys, market, requests, servers } = context
  const me = holder(store)
  if (!me.ok) return me
  if (requests.unanswered().length > 0)
    return refuse('requests_under_way', 'requests that bear the present certificate are not answered yet')
  const authority = market.server('authority')
  if (!authority.ok) return authority
  const asked = await requests.command({
    operation: 'authority.renew',
    to: authority.value,
    body: { request: await keys.certificationRequest(me.value.name) },
  })
  if (!asked.ok) {
    // Renewed before, which a backup of before that knows nothing of.
    const isOld = asked.error.code === 'certificate_superseded' && (await takePresent(context)).ok
    if (!isOld) return asked
  }
  await servers.close()
  return ok(identityView(store) as IdentityView)
}

/** [CA4] The newest certificate of the own key, proved by the key alone: the one that is kept may have ended. */
async function takePresent(context: WalletContext): Outcome<void> {
  const { store, keys, market, requests, servers } = context
  const { own } = keys
  if (!own.ok) return own
  const authority = market.server('authority')
  if (!authority.ok) return authority
  const asked = await requests.inquire({
    operation: 'authority.own-certificate',
    to: authority.value,
    body: {},
    asApplicant: true,
  })
  await servers.leave(authority.value, `applicant:${own.value.thumbprint}`)
  if (!asked.ok) return asked
  const present = await ownIdentity(context, asked.value.chain)
  if (!present.ok) return present
  const isNewer = present.value.chain[0] !== store.read().identity?.chain[0]
  await store.update((draft) => {
    draft.identity = present.value
    delete draft.identityUnchecked
  })
  // Connections are opened with the certificate, and what is sent on them is signed with it.
  if (isNewer) await servers.close()
  return ok(undefined)
}

/**
 * [CA4] A wallet from a backup may have been renewed since, and with an ended certificate nobody opens a connection: then it is
 * found out which certificate is the present one. Requests under way are signed with the one of before, so they go first; with
 * an ended one they can go no more.
 */
export async function refreshIdentity(context: WalletContext): Promise<void> {
  const { store, requests, clock } = context
  const { identity, identityUnchecked } = store.read()
  if (identity === null) return
  const hasEnded = clock.now() > identity.notAfter
  if (hasEnded || (identityUnchecked === true && requests.unanswered().length === 0)) await takePresent(context)
}

export const renewed: Effect<'authority.renew'> = {
  replied: async (context, _, { chain }) => {
    const identity = await ownIdentity(context, chain)
    return identity.ok ? ok((draft) => void (draft.identity = identity.value)) : identity
  },
}

export async function setPostalAddress({ store }: WalletContext, address: string): Outcome<void> {
  const { profile } = store.read()
  if (profile === null) return refuse('not_enrolled', 'the wallet has no name yet')
  if (!z.safeDecode(postalAddress, address).success || !isPlainText(address))
    return refuse('bad_input', 'not an address', { member: 'postalAddress' })
  await store.update((draft) => void (draft.profile = { ...profile, postalAddress: address }))
  return ok(undefined)
}

export function identityFile({ store, market }: WalletContext): Result<IdentityFile, Refusal> {
  const me = holder(store)
  if (!me.ok) return me
  const view = market.view()
  if (view === undefined) return refuse('not_joined', 'the wallet has joined no market')
  return ok({ format: 'kabuken-identity', version: 1, market: view.marketName, chain: me.value.chain })
}
