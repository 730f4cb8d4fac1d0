import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { readText } from './files.ts'
import type { Person } from './terminal.ts'

/** From a file or the environment; never from the command line, where others could read it. */
export function givenPassphrase(file: string | undefined): string | undefined {
  const { KABUKEN_WALLET_PASSPHRASE: fromEnvironment } = process.env
  // It is not passed on to child processes.
  delete process.env['KABUKEN_WALLET_PASSPHRASE']
  const given = file === undefined ? fromEnvironment : readText(file).replace(/\r?\n$/, '')
  return given === '' ? undefined : given
}

/** Typed twice: a slip of the finger would lock the key away for good. */
export async function newPassphrase(person: Person | undefined): Promise<string | undefined> {
  const first = await person?.secret('A passphrase for the key')
  if (first === undefined || first === '') return undefined
  if ((await person?.secret('The same passphrase once more')) !== first)
    throw new CommandFailed(EXIT.usage, 'passphrases_differ', 'The two passphrases differ. No key was made; try again.')
  return first
}
