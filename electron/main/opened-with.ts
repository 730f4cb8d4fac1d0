import { open } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { MAX_BACKUP_CHARS } from '../wallet/wallet.ts'

/** A link or file that the wallet was opened with. */
export type OpenedWith =
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }

const LINK = /^kabuken:\/\//
const FILE = /\.kabuken(?:-[a-z]+)?\.json$|\.kabuken$/i
const BACKUP = /\.kabuken-backup\.json$/i
/** As long as a link or file may be in the wallet API. */
export const MAX_OPENED_BYTES = 128 * 1024

/** What the arguments of a start name: everything that is neither a link nor one of our files is left alone, switches too. */
export function openedWith(argv: readonly string[], workingFolder: string): OpenedWith[] {
  return argv.flatMap((argument): OpenedWith[] => {
    if (argument.startsWith('-') || argument.length > MAX_OPENED_BYTES) return []
    if (LINK.test(argument)) return [{ kind: 'link', text: argument }]
    if (!FILE.test(argument)) return []
    return [{ kind: 'file', path: isAbsolute(argument) ? argument : resolve(workingFolder, argument) }]
  })
}

/** The text that the screens are given; undefined for a file that is too long, or cannot be read. */
export async function textOf(opened: OpenedWith): Promise<string | undefined> {
  if (opened.kind === 'link') return opened.text
  try {
    const handle = await open(opened.path, 'r')
    try {
      const { size } = await handle.stat()
      const limit = BACKUP.test(opened.path) ? MAX_BACKUP_CHARS : MAX_OPENED_BYTES
      return size > 0 && size <= limit ? await handle.readFile('utf8') : undefined
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}
