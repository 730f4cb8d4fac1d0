import { resolve } from 'node:path'
import { language, type Language } from '../../shared/wallet-api/views.ts'

/** What a start of the application may be told, besides links and files. */
interface Switches {
  /** Folder of the wallet. */
  readonly wallet?: string
  /** File with the passphrase of an encrypted key file. */
  readonly passphraseFile?: string
  readonly language?: Language
}

const SWITCH = /^--(wallet|passphrase-file|language)=(.+)$/s

/** `--wallet=DIR`, `--passphrase-file=FILE`, `--language=en|ja`; of one that is given twice the last. Everything else is another's. */
export function readSwitches(argv: readonly string[], workingFolder: string): Switches {
  const given = new Map(
    argv.flatMap((argument) => {
      const [, name, value] = SWITCH.exec(argument) ?? []
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    }),
  )
  const path = (name: string): string | undefined => {
    const value = given.get(name)
    return value === undefined ? undefined : resolve(workingFolder, value)
  }
  const wallet = path('wallet')
  const passphraseFile = path('passphrase-file')
  const chosen = language.safeParse(given.get('language'))
  return {
    ...(wallet !== undefined && { wallet }),
    ...(passphraseFile !== undefined && { passphraseFile }),
    ...(chosen.success && { language: chosen.data }),
  }
}
