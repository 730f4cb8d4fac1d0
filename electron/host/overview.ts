import { classKey } from '../../shared/documents/fields.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import type { Refusal } from '../../shared/kernel/result.ts'
import type { Attention, Connection, Holding, Overview } from '../../shared/wallet-api/views.ts'
import type { EnrolmentView, HeldCertificate, Wallet } from '../wallet/wallet.ts'

const DAY_MS = 24 * 60 * 60_000
/** Time enough to have an identity certificate renewed, or a share certificate reissued. */
const EXPIRES_SOON_MS = 30 * DAY_MS
const OPEN_STATES: ReadonlySet<string | undefined> = new Set([undefined, 'holding', 'open', 'partly_filled'])

/** What the market last said of the holder. */
interface Heard {
  readonly enrolment: EnrolmentView | undefined
  /** Why the identity certificate counts no more. */
  readonly standing: Refusal | undefined
}

/** Everything on the first screen, from what the wallet knows without asking anybody. */
export function overviewOf(
  wallet: Wallet,
  { enrolment, standing }: Heard,
  lastBackup: LastBackup | undefined,
  now: Millis,
): NonNullable<Overview['wallet']> {
  const certificates = wallet.certificates()
  const live = certificates.filter(({ state }) => state === 'live')
  // What a backup says was held may have been spent long ago: it counts for nothing until its issuer was asked.
  const unchecked = certificates.filter(({ pending: cause }) => cause?.kind === 'unchecked')
  const pending = certificates.filter(({ state, pending: cause }) => state === 'pending' && cause?.kind !== 'unchecked')
  const backup = backupOf(lastBackup, [...live, ...pending])
  const isRenewed = lastBackup !== undefined && (wallet.identity()?.notAfter ?? null) !== lastBackup.identityUntil
  const openOrders = wallet.orders().filter(({ status }) => OPEN_STATES.has(status?.state)).length
  return {
    recovered: wallet.recovered,
    syncedAt: wallet.lastSyncedAt(),
    market: wallet.market(),
    identity: wallet.identity(),
    enrolment,
    accounts: wallet.accounts(),
    backup,
    holdings: holdingsOf([...live, ...pending]),
    toCollect: wallet.toCollect(),
    counts: {
      live: live.length,
      pending: pending.length,
      underWay: wallet.underWay().length,
      openOrders,
    },
    attention: attentionOf(
      wallet,
      { held: [...live, ...pending], unchecked: unchecked.length, openOrders, backup, isRenewed, standing },
      now,
    ),
    connections: connectionsOf(wallet),
  }
}

function holdingsOf(held: readonly HeldCertificate[]): Holding[] {
  const sum = (of: readonly HeldCertificate[], state: HeldCertificate['state']): bigint =>
    of.reduce((total, each) => (each.state === state ? total + each.quantity : total), 0n)
  return [...Map.groupBy(held, classKey).values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const { security, shareClass, companyName } = first
    const totals = { live: sum(of, 'live'), pending: sum(of, 'pending'), certificates: of.length }
    return [{ security, shareClass, companyName, ...totals }]
  })
}

interface LastBackup {
  readonly madeAt: Millis
  readonly holds: readonly string[]
  readonly identityUntil: Millis | null
}

type Backup = NonNullable<Overview['wallet']>['backup']

function backupOf(last: LastBackup | undefined, held: readonly HeldCertificate[]): Backup {
  const holds = new Set(last?.holds)
  return { madeAt: last?.madeAt, missing: held.filter(({ certificateId }) => !holds.has(certificateId)).length }
}

interface Seen {
  readonly held: readonly HeldCertificate[]
  readonly unchecked: number
  readonly openOrders: number
  readonly backup: Backup
  /** The identity was renewed since the last backup. */
  readonly isRenewed: boolean
  readonly standing: Refusal | undefined
}

function attentionOf(wallet: Wallet, seen: Seen, now: Millis): Attention[] {
  const { held, unchecked, openOrders, backup, isRenewed, standing } = seen
  const soon = now + EXPIRES_SOON_MS
  const identity = wallet.identity()
  const toCollect = wallet.toCollect().length
  const underWay = wallet.underWay().length
  const expiring = held.flatMap(({ validUntil }) => (validUntil !== undefined && validUntil < soon ? [validUntil] : []))
  const waiting = held.flatMap(({ pending }) => (pending?.kind === 'endorsed' ? [pending.validUntil] : []))
  return [
    ...(wallet.recovered ? [{ kind: 'recovered' } as const] : []),
    ...(wallet.market()?.stale === undefined ? [] : [{ kind: 'revocation_unknown' } as const]),
    ...(unchecked > 0 ? [{ kind: 'unchecked', count: unchecked } as const] : []),
    ...(toCollect > 0 ? [{ kind: 'to_collect', count: toCollect } as const] : []),
    ...(underWay > 0 ? [{ kind: 'under_way', count: underWay } as const] : []),
    ...(standing === undefined ? [] : [{ kind: 'identity_refused', refusal: standing } as const]),
    ...(identity !== undefined && standing === undefined && identity.notAfter < soon
      ? [{ kind: 'identity_expires', at: identity.notAfter } as const]
      : []),
    ...firstOf('certificate_expires', expiring),
    ...firstOf('to_accept', waiting),
    // Before there is an identity there is nothing that a new key would not give as well.
    ...(identity !== undefined && backup.madeAt === undefined ? [{ kind: 'no_backup' } as const] : []),
    ...(isRenewed ? [{ kind: 'backup_identity' } as const] : []),
    ...(backup.madeAt !== undefined && backup.missing > 0
      ? [{ kind: 'backup_old', count: backup.missing } as const]
      : []),
    ...(openOrders > 0 ? [{ kind: 'orders_open', count: openOrders } as const] : []),
  ]
}

function firstOf(kind: 'certificate_expires' | 'to_accept', ends: readonly Millis[]): Attention[] {
  return ends.length === 0
    ? []
    : [{ kind, count: ends.length, at: ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY) }]
}

export function connectionsOf(wallet: Wallet): Connection[] {
  const members = new Map(wallet.market()?.members.map((member) => [member.userId, member]))
  return [...wallet.connections()].flatMap(([userId, state]) => {
    const member = members.get(userId)
    if (member === undefined) return []
    const { name, role } = member
    return [{ userId, name, role, state: state.kind, ...(state.kind === 'waiting' && { retryAt: state.retryAt }) }]
  })
}
