import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { readNamed } from './files.ts'

/**
 * The passphrase of a node's key files, from a file or from KABUKEN_PASSPHRASE; never from the command line, where others
 * could read it. An empty one would look like encryption and be none.
 */
export function passphraseFrom(file: string | undefined): string | undefined {
  const { KABUKEN_PASSPHRASE: given } = process.env
  // It is not passed on to child processes.
  delete process.env['KABUKEN_PASSPHRASE']
  const passphrase = file === undefined ? given : readNamed(file).replace(/\r?\n$/, '')
  if (passphrase === '')
    throw new CommandFailed(EXIT.usage, 'passphrase_empty', `${file ?? 'KABUKEN_PASSPHRASE'} holds no passphrase`)
  return passphrase
}
