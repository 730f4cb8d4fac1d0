import { readFileSync } from 'node:fs'

/** The passphrase of a node's key files, from a file or from KABUKEN_PASSPHRASE; never from the command line, where others could read it. */
export function passphraseFrom(file: string | undefined): string | undefined {
  if (file !== undefined) return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  const { KABUKEN_PASSPHRASE: passphrase } = process.env
  // It is not passed on to child processes.
  delete process.env['KABUKEN_PASSPHRASE']
  return passphrase
}
