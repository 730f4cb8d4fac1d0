import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { fromBase64, fromUtf8, toBase64, toUtf8, type Bytes } from '../../../shared/kernel/bytes.ts'
import { ok, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { Outcome } from '../api.ts'
import { KeychainError, MAX_SECRET_BYTES } from '../keychain/keychain.ts'
import type { Secret } from '../keychain/keychain.ts'
import { isWhole, seal, sealedMembers, unseal } from '../keychain/sealed.ts'
import { refuse } from '../refuse.ts'
import type { Snapshot } from '../store/store.ts'

/**
 * One JSON file: what it is, its version and when it was made, in plain; everything else compressed and sealed as key files are,
 * with the plain members under the tag.
 */

/** As short as a key file's may be. */
export const MIN_PASSPHRASE = 8
/** Ten times a wallet of 10,000 certificates with all their requests. */
export const MAX_BACKUP_CHARS = 2 ** 28
const MAX_CONTENT_BYTES = 2 ** 29

const KIND = 'kabuken-wallet-backup'
const VERSION = 1
const BEGINNING = new RegExp(String.raw`^\s*\{\s*"kind"\s*:\s*"${KIND}"`)

const plain = z.looseObject({ kind: z.literal(KIND), version: z.number().int() })
const backupFile = z.strictObject({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  /** RFC 3339 in UTC. */
  madeAt: z.iso.datetime({ precision: 3 }),
  ...sealedMembers,
})

export type BackupFile = z.output<typeof backupFile>

const snapshot = z.strictObject({
  schemaVersion: z.number().int().min(1),
  state: z.unknown(),
  rows: z.record(z.string(), z.record(z.string(), z.unknown())),
})

const sealedContent = z.strictObject({
  /** PKCS#8 (RFC 5958) in DER, base64. */
  key: z.string(),
  wallet: snapshot,
  beside: z.unknown(),
})

/** Everything that a backup holds. */
export interface BackupContent {
  readonly key: Secret
  readonly wallet: Snapshot
  /** What is kept beside the wallet's store, as it was given. */
  readonly beside: unknown
  readonly madeAt: number
}

function heading({ kind, version, madeAt }: Pick<BackupFile, 'kind' | 'version' | 'madeAt'>) {
  return [kind, version, madeAt] as const
}

export async function writeBackup(content: BackupContent, passphrase: string): Promise<string> {
  const { key, wallet, beside } = content
  const own = { kind: KIND, version: VERSION, madeAt: new Date(content.madeAt).toISOString() } as const
  const text = JSON.stringify({ key: toBase64(key), wallet, beside } satisfies z.input<typeof sealedContent>)
  const sealed = await seal(heading(own), await promisify(gzip)(toUtf8(text)), passphrase)
  return `${JSON.stringify({ ...own, ...sealed }, undefined, 2)}\n`
}

/** Whether a file that begins so is meant to be a backup, whole or not: its heading is written first. */
export function beginsBackup(text: string): boolean {
  return BEGINNING.test(text)
}

/** Reads what is in plain. `bad_backup` for what is cut off, altered or something else, `backup_newer`. */
export function readBackup(text: string): Result<BackupFile, Refusal> {
  const value = parseJson(text)
  const begins = plain.safeParse(value)
  if (!begins.success) return refuse('bad_backup', 'not the file of a backup')
  // Before anything else is looked at: a newer version may have other members.
  if (begins.data.version > VERSION) return refuse('backup_newer', 'made by a newer version of this program')
  const file = backupFile.safeParse(value)
  return file.success && isWhole(heading(file.data), file.data)
    ? ok(file.data)
    : refuse('bad_backup', 'the backup was altered')
}

/** Throws KeychainError `passphrase_wrong`. */
export async function openBackup(text: string, passphrase: string): Outcome<BackupContent> {
  const file = readBackup(text)
  if (!file.ok) return file
  const packed = await unseal(heading(file.value), file.value, passphrase)
  if (packed === undefined) throw new KeychainError('passphrase_wrong', 'the passphrase does not open the backup')
  // Whoever could seal it knows the passphrase; what is inside may still be another program's mistake.
  const content = sealedContent.safeParse(parseJson(await unpacked(packed)))
  const key = content.success ? fromBase64(content.data.key) : undefined
  if (!content.success || key === undefined || key.length === 0 || key.length > MAX_SECRET_BYTES)
    return refuse('bad_backup', 'the backup does not hold what it should')
  const { wallet, beside } = content.data
  return ok({ key, wallet, beside, madeAt: Date.parse(file.value.madeAt) })
}

async function unpacked(packed: Bytes): Promise<string> {
  try {
    return fromUtf8(await promisify(gunzip)(packed, { maxOutputLength: MAX_CONTENT_BYTES })) ?? ''
  } catch {
    return ''
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
