import { createHash } from 'node:crypto'
import { err, ok } from '../../../shared/kernel/result.ts'
import type { Result } from '../../../shared/kernel/result.ts'

/** What a file holds and which version of the program's data model wrote it. */
export interface Versioned {
  readonly schemaVersion: number
  readonly content: unknown
}

/** What lowdb starts from and keeps while its adapter finds no file. */
export const NOTHING: Versioned = { schemaVersion: 0, content: undefined }

function digest(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

/** JSON text. The checksum notices what still parses: a digit that flipped in a share count. */
export function encodeEnvelope(schemaVersion: number, content: unknown): string {
  const body = JSON.stringify(content)
  return `{"schemaVersion":${String(schemaVersion)},"sha256":"${digest(body)}","content":${body}}\n`
}

/** The version is looked at before the checksum, because a newer program may compute that otherwise. */
export function decodeEnvelope(text: string, newestVersion: number): Result<Versioned, 'damaged' | 'newer'> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err('damaged')
  }
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return err('damaged')
  const { schemaVersion } = value
  if (typeof schemaVersion !== 'number' || !Number.isSafeInteger(schemaVersion) || schemaVersion < 1) {
    return err('damaged')
  }
  if (schemaVersion > newestVersion) return err('newer')
  if (!('content' in value) || !('sha256' in value)) return err('damaged')
  // Parsing and writing JSON text that JSON.stringify wrote gives that text again.
  if (digest(JSON.stringify(value.content)) !== value.sha256) return err('damaged')
  return ok({ schemaVersion, content: value.content })
}
