import { refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { wallet } from '../../api/wallet.ts'
import { MAX_BACKUP_BYTES } from '../../ui/FileDrop.tsx'

/** Less than `fileText` of the wallet API allows. */
const PIECE_CHARACTERS = 100_000

/** Gives the file to the host, piece by piece, and asks what it is. */
export async function giveBackup(file: Blob): Promise<Result<OperationOutput<'backup.inspect'>, Refusal>> {
  if (file.size === 0 || file.size > MAX_BACKUP_BYTES) return refuse('bad_backup', 'not the size of a backup')
  const text = await file.text()
  for (let from = 0; from < text.length; from += PIECE_CHARACTERS) {
    const given = await wallet().call('backup.give', { from, text: text.slice(from, from + PIECE_CHARACTERS) })
    if (!given.ok) return given
  }
  return wallet().call('backup.inspect', {})
}
