import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces a small file so that after a crash either the old or the new content is there, never half of one. */
export function writeDurably(file: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${file}.new`
  const handle = openSync(temporary, 'w', mode)
  try {
    writeFileSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
