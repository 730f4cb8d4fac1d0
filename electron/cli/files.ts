import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { z } from 'zod'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { wordsFor } from './words.ts'

/** An endorsement with three chains of four certificates of at most 4 KiB each, and the documents in it. */
const MAX_FILE_BYTES = 128 * 1024

export function readText(file: string, maxBytes = MAX_FILE_BYTES): string {
  try {
    if (statSync(file).size <= maxBytes) return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandFailed(EXIT.usage, 'file_unreadable', `${file} cannot be read`, cause)
  }
  throw new CommandFailed(EXIT.invalid, 'bad_file', wordsFor({ code: 'bad_file' }))
}

/** A file that somebody handed over. What is signed in it is for the wallet to verify. */
export function readHandedOver<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const read = schema.safeParse(parseJson(readText(file)))
  if (!read.success) throw new CommandFailed(EXIT.invalid, 'bad_file', wordsFor({ code: 'bad_file' }))
  return read.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Asked before anything is signed: a signature whose file cannot be written would be given in vain. */
export function refuseExisting(file: string): void {
  if (existsSync(file)) throw new CommandFailed(EXIT.usage, 'file_exists', `${file} exists and is not overwritten`)
}

/** Throws `file_exists` or `file_not_written`; never overwrites. */
export function writeNew(file: string, content: string, mode = 0o666): void {
  refuseExisting(file)
  try {
    writeFileSync(file, content, { flag: 'wx', flush: true, mode })
  } catch (cause) {
    throw new CommandFailed(EXIT.failed, 'file_not_written', `${file} could not be written`, cause)
  }
}

/** What is handed over as a file: JSON that a person can open and read. */
export function writeHandedOver(file: string, content: object): void {
  writeNew(file, `${JSON.stringify(content, undefined, 2)}\n`)
}
