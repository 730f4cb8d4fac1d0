import { equalBytes, fromBase64, type Bytes } from '../../../shared/kernel/bytes.ts'
import { ok, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { MadeBackup, Outcome } from '../api.ts'
import type { WalletContext } from '../context.ts'
import { refuse } from '../refuse.ts'
import type { CertificateRow, RequestRow, Store, WalletRows, WalletState } from '../state.ts'
import { StoreError, type Accepted } from '../store/store.ts'
import { MIN_PASSPHRASE, writeBackup, type BackupContent } from './backup-file.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * [P14] The one way in which the key leaves the keychain: sealed, and after the person was asked as for a signature. Whoever has
 * the file and its passphrase can sign, so no screen may have one made by itself.
 */
export async function makeBackup(
  { store, keys, ports, clock }: WalletContext,
  { passphrase, beside }: { readonly passphrase: string; readonly beside: unknown },
): Outcome<MadeBackup> {
  const own = keys.own
  if (!own.ok) return own
  if (passphrase.length < MIN_PASSPHRASE)
    return refuse('bad_input', 'the passphrase is too short', { member: 'passphrase' })
  const name = store.read().identity?.name
  const held = [...store.collections.certificates.all().values()].filter(isHeld).length
  if (!(await ports.confirm({ kind: 'backup', name, certificates: held, at: clock.now() })))
    return refuse('not_confirmed', 'the person did not confirm')
  const key = await keys.load()
  const madeAt = clock.now()
  const wallet = store.snapshot()
  const text = await writeBackup({ key, wallet, beside, madeAt }, passphrase)
  return ok({ text, madeAt, holds: certificatesOf(wallet) })
}

/** Certificate IDs. */
export function certificatesOf({ rows }: BackupContent['wallet']): readonly string[] {
  return Object.keys(rows['certificates'] ?? {})
}

/**
 * [P16] The key first, under a new name, then everything else in one commit: a crash leaves a key that nothing names, or all of
 * it. A backup is old, so nothing in it counts as live until its issuer was asked.
 */
export async function restoreBackup(
  { store, keys, market }: WalletContext,
  content: BackupContent,
): Outcome<{ readonly thumbprint: string }> {
  if (keys.own.ok) return refuse('key_exists', 'the wallet has a key already')
  const accepted = accept(store, content)
  if (!accepted.ok) return accepted
  const { state, rows } = accepted.value
  const spki = state.key === null ? undefined : fromBase64(state.key.spki)
  if (spki === undefined || !(await belongs(content.key, spki)))
    return refuse('bad_backup', 'the key in the backup is not the one of its wallet')
  const key = await keys.keep(content.key, spki)
  // Whoever hears of the change asks the market at once.
  await market.open(state.market)
  await store.replace({
    state: { ...state, key, identityUnchecked: true, toCollect: [], syncedAt: null, beside: content.beside },
    rows: {
      ...rows,
      certificates: mapped(rows.certificates, unchecked),
      requests: mapped(rows.requests, unanswered),
    },
  })
  return ok({ thumbprint: key.thumbprint })
}

function accept(store: Store, { wallet }: BackupContent): Result<Accepted<WalletState, WalletRows>, Refusal> {
  try {
    return ok(store.accept(wallet))
  } catch (error) {
    return refusalOf(error)
  }
}

/** Why a snapshot of a backup is not accepted. Rethrows what is something else. */
export function refusalOf(error: unknown): { readonly ok: false; readonly error: Refusal } {
  if (!(error instanceof StoreError)) throw error
  return error.code === 'store_newer_version'
    ? refuse('backup_newer', 'made by a newer version of this program')
    : refuse('bad_backup', 'the backup does not hold what it should')
}

async function belongs(pkcs8: Bytes, spki: Bytes): Promise<boolean> {
  try {
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign'])
    const { d: _, key_ops: __, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey)
    const publicKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['verify'])
    return equalBytes(new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)), spki)
  } catch {
    return false
  }
}

function isHeld({ state }: Pick<CertificateRow, 'state'>): boolean {
  return state === 'live' || state === 'stopped'
}

function unchecked(row: CertificateRow): CertificateRow {
  return isHeld(row) ? { ...row, unchecked: true } : row
}

function unanswered(row: RequestRow): RequestRow {
  return row.state === 'under_way' ? { ...row, restored: true } : row
}

function mapped<Row>(rows: ReadonlyMap<string, Row>, change: (row: Row) => Row): ReadonlyMap<string, Row> {
  return new Map([...rows].map(([id, row]) => [id, change(row)]))
}
