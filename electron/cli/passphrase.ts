import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { readText } from './files.ts'
import type { Person } from './terminal.ts'

/** From a file or the environment; never from the command line, where others could read it. */
export function givenPassphrase(file: string | undefined): string | undefined {
  return given(file, 'KABUKEN_WALLET_PASSPHRASE')
}

/** Of a backup, which is another one than the key's. */
export function givenBackupPassphrase(file: string | undefined): string | undefined {
  return given(file, 'KABUKEN_BACKUP_PASSPHRASE')
}

function given(file: string | undefined, variable: string): string | undefined {
  const fromEnvironment = process.env[variable]
  // It is not passed on to child processes.
  delete process.env[variable]
  const passphrase = file === undefined ? fromEnvironment : readText(file).replace(/\r?\n$/, '')
  return passphrase === '' ? undefined : passphrase
}

/** Typed twice: a slip of the finger would lock the key, or the backup, away for good. */
export async function newPassphrase(person: Person | undefined, of = 'the key'): Promise<string | undefined> {
  const first = await person?.secret(`A passphrase for ${of}`)
  if (first === undefined || first === '') return undefined
  if ((await person?.secret('The same passphrase once more')) !== first)
    throw new CommandFailed(
      EXIT.usage,
      'passphrases_differ',
      'The two passphrases differ. Nothing was made; try again.',
    )
  return first
}
