import { writeMembers } from '../../shared/documents/document.ts'
import {
  endorsement,
  identityFile,
  type Endorsement,
  type EndorsementFile,
  type IdentityFile,
} from '../../shared/documents/endorsement.ts'
import { shareCertificate } from '../../shared/documents/share-certificate.ts'
import type { TransferCause } from '../../shared/documents/transfer.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Signer as Party } from '../../shared/market/document-trust.ts'
import { signJws } from '../../shared/signing/jws.ts'
import type { HeldCertificate, Outcome } from './api.ts'
import { NotConfirmedError } from './asking-signer.ts'
import { findCertificate, issuerChainOf, liveCertificate } from './certificates.ts'
import { addCollectable } from './collectables.ts'
import { holder, registeredAs, sealOwnAccount, type WalletContext } from './context.ts'
import type { Effect } from './effect.ts'
import { collect } from './issue.ts'
import { readDocument } from './signing-summary.ts'
import { failureOf, inspectEndorsement } from './verification.ts'
import { refuse } from './refuse.ts'

/** [TF1] Signs a certificate over to one person. Kept as pending until it is accepted, withdrawn or out of date. */
export async function endorse(
  context: WalletContext,
  form: {
    readonly certificateId: string
    readonly quantity?: bigint
    readonly transferee: IdentityFile
    readonly cause: TransferCause
    readonly validUntil: Millis
  },
): Outcome<EndorsementFile> {
  const { store, clock } = context
  const { certificateId, cause, validUntil } = form
  const me = holder(store)
  if (!me.ok) return me
  const live = liveCertificate(context, certificateId)
  if (!live.ok) return live
  const { held, row } = live.value
  const quantity = form.quantity ?? held.quantity
  if (quantity < 1n || quantity > held.quantity)
    return refuse('not_enough_shares', 'more shares than the certificate has', { quantity: held.quantity.toString() })
  if (validUntil <= clock.now()) return refuse('bad_input', 'the end lies in the past', { member: 'validUntil' })
  const transferee = await identifyTransferee(context, form.transferee)
  if (!transferee.ok) return transferee
  context.persons.set(transferee.value.userId, transferee.value.name)
  const issuerChain = await issuerChainOf(context, row.certificate)
  if (!issuerChain.ok) return issuerChain
  const signed = await sign(context, {
    certificateId,
    certificate: row.certificate,
    quantity,
    transferorUserId: me.value.userId,
    transfereeUserId: transferee.value.userId,
    cause,
    issuedAt: clock.now(),
    validUntil,
  })
  if (!signed.ok) return signed
  const parts = { endorsement: signed.value, transferorChain: me.value.chain, issuerChain: issuerChain.value }
  const endorsed = { ...parts, transfereeName: transferee.value.name }
  // Before the file leaves the wallet, so that what was given out is never forgotten.
  let isKept = false
  await store.update((_, { certificates }) => {
    const present = certificates.get(certificateId)
    isKept = present?.state === 'live' && present.endorsed?.endorsement === row.endorsed?.endorsement
    if (present !== undefined && isKept) certificates.put(certificateId, { ...present, endorsed })
  })
  // While the person was asked, something else became of it: the endorsement is dropped unseen.
  if (!isKept || findCertificate(store, certificateId, clock.now())?.pending?.kind !== 'endorsed')
    return refuse('certificate_not_live', 'the certificate was used otherwise meanwhile', { certificateId })
  return ok({ format: 'kabuken-endorsement', version: 1, ...parts })
}

async function sign({ keys, store }: WalletContext, content: Endorsement): Outcome<string> {
  const signers = await keys.signers(store.read().identity?.chain[0])
  try {
    return ok(await signJws(signers.document, endorsement.typ, writeMembers(endorsement.schema, content)))
  } catch (error) {
    if (error instanceof NotConfirmedError) return refuse('not_confirmed', 'the person did not confirm')
    throw error
  }
}

/** An investor of this market, not ourselves, with a valid certificate: a wrong recipient is made nearly impossible. */
async function identifyTransferee(context: WalletContext, file: IdentityFile): Promise<Result<Party, Refusal>> {
  const read = identityFile.safeParse(file)
  if (!read.success) return refuse('bad_file', 'not the file of an identity')
  const trust = await context.market.fresh()
  if (!trust.ok) return trust
  const known = await trust.value.authenticate(read.data.chain)
  if (!known.ok) return known
  const { signer } = known.value
  const me = context.store.read().identity?.userId
  return signer.role === 'investor' && signer.userId !== me
    ? ok(signer)
    : refuse('wrong_transferee', 'certificates are endorsed to another investor')
}

export function endorsementFileOf({ store }: WalletContext, certificateId: string): Result<EndorsementFile, Refusal> {
  const endorsed = store.collections.certificates.get(certificateId)?.endorsed
  if (endorsed === undefined) return refuse('not_endorsed', 'the certificate is not endorsed', { certificateId })
  const { transferorChain, issuerChain } = endorsed
  return ok({
    format: 'kabuken-endorsement',
    version: 1,
    endorsement: endorsed.endorsement,
    transferorChain,
    issuerChain,
  })
}

/** [TF3] The transfer is registered, then the certificate collected under its new ID. */
export async function acceptEndorsement(
  context: WalletContext,
  file: EndorsementFile,
): Outcome<readonly HeldCertificate[]> {
  const { store, market, requests } = context
  const me = holder(store)
  if (!me.ok) return me
  const registered = registeredAs(store)
  if (!registered.ok) return registered
  const report = await inspectEndorsement(context, file)
  if (!report.ok) return report
  const failure = failureOf(report.value)
  if (failure !== undefined) return failure
  const { certificate, endorsement: given } = report.value
  if (certificate === undefined || given === undefined) return refuse('bad_file', 'not the file of an endorsement')
  const { transferorUserId, transferorName } = given
  if (transferorName !== undefined) context.persons.set(transferorUserId, transferorName)
  const issuer = market.server('issuer', certificate.security)
  if (!issuer.ok) return issuer
  const asked = await requests.command({
    operation: 'issuer.transfer',
    to: issuer.value,
    body: async (requestId) => {
      const account = await sealOwnAccount(context, certificate.currency, requestId)
      if (!account.ok) return account
      const { userId } = me.value
      const { certificateId } = given
      const transferorCertificate = file.transferorChain[0] ?? ''
      const parts = { endorsement: file.endorsement, transferorCertificate, dividendAccount: account.value }
      return ok({ certificateId, userId, ...registered.value, ...parts })
    },
  })
  return asked.ok ? collect(context, asked.value.transferNumber) : asked
}

/** The registration gives the number with which the certificate is collected. */
export const transferRegistered: Effect<'issuer.transfer'> = {
  replied: async (_, { row, body }, { transferNumber, transferred, requestHash }) => {
    const given = readDocument(endorsement, body.endorsement)
    const isAsked =
      requestHash === row.hash && transferred.userId === body.userId && transferred.quantity === given?.quantity
    const certificate = given === undefined ? undefined : readDocument(shareCertificate, given.certificate)
    if (!isAsked || certificate === undefined)
      return refuse('certificate_not_as_requested', 'another transfer was registered than was asked for')
    const { security, shareClass } = certificate
    const quantity = transferred.quantity.toString()
    return ok((draft) =>
      addCollectable(draft, { number: transferNumber, issuer: row.to, security, shareClass, quantity }),
    )
  },
}
