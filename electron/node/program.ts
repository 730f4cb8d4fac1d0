import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Beside the bundled command, above the bundled main process, and in the source tree as seen from a folder of `electron/`. */
const PLACES = ['bundled.js', '../bundled.js', '../../server/node/bundled.ts'] as const

/** The file of the bundled node, as seen from the folder of who asks; undefined where it was not built. */
export function nodeProgram(ownFolder: string): string | undefined {
  return PLACES.map((place) => join(ownFolder, place)).find((file) => existsSync(file))
}
