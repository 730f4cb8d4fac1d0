import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { pino } from 'pino'

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/** What went on in the wallet's program, for finding out later why it failed. Never throws: a full disk must not end the wallet. */
export interface Log {
  readonly note: (event: string, fields?: Fields) => void
  /** A fault with its code, words and place in the program, and those of what caused it. */
  readonly fault: (event: string, fault: unknown, fields?: Fields) => void
}

/** One file, and the one before it. */
const MAX_LOG_BYTES = 1024 * 1024
/** A longer text is a mistake, or somebody's attempt to fill the disk. */
const MAX_TEXT = 4_000
const MAX_CAUSES = 4
/** Readable by the owner alone. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/**
 * Whatever gives something away, should it ever get into a text: signed documents and tokens, JWK members, passphrases and
 * invitations, keys and hashes, account numbers. Of an ID the last four characters stay: enough for its owner to find it.
 */
const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, '[pem]'],
  // JWS and JWE: a header in base64url begins like this.
  [/\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){1,4}/g, '[document]'],
  [
    /(\\?")(d|k|p|q|dp|dq|qi|[A-Za-z]*(?:secret|passphrase|password|invitation|account)[A-Za-z]*)\1\s*:\s*\1.*?\1/gi,
    '$1$2$1:[redacted]',
  ],
  [/\b([A-Za-z_]*(?:passphrase|password|invitation|secret))(\s*[=:]\s*)\S+/gi, '$1$2[redacted]'],
  [/[A-Za-z0-9_-]{40,}/g, '[bytes]'],
  // Base64, which a path without a digit and a capital is not.
  [/(?=[A-Za-z+/]*\d)(?=[a-z\d+/]*[A-Z])[A-Za-z0-9+/]{60,}={0,2}/g, '[bytes]'],
  [/\b[0-9A-HJKMNP-TV-Z]{22}([0-9A-HJKMNP-TV-Z]{4})\b/g, '…$1'],
  [/(?<![A-Z]-|\d)\d[\d -]{5,}\d(?!\d)/g, '[number]'],
]

export function redacted(text: string, home: string = homedir()): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  const noName = home.length > 1 ? cut.replaceAll(home, '~') : cut
  return REDACTIONS.reduce((result, [pattern, instead]) => result.replace(pattern, instead), noName)
}

/** JSON, one object a line. `file`'s folder is made if need be. */
export function openLog(file: string, maxBytes: number = MAX_LOG_BYTES): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write: appender(file, maxBytes) })
  return {
    note: (event, fields) => logger.info(clean(fields), event),
    fault: (event, fault, fields) => logger.error({ ...clean(fields), ...faultFields(fault) }, event),
  }
}

/** Code of a fault, or its kind: what may be shown, where its text may not. */
export function faultCode(fault: unknown): string {
  if (typeof fault !== 'object' || fault === null) return 'unknown'
  if ('code' in fault) return String(fault.code)
  return fault instanceof Error ? fault.name : 'unknown'
}

function clean(fields: Fields = {}): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redacted(value) : value]),
  )
}

function faultFields(fault: unknown, depth = 0): Record<string, unknown> {
  const { message, stack, cause } = typeof fault === 'object' && fault !== null ? (fault as Partial<Error>) : {}
  return {
    code: redacted(faultCode(fault)),
    reason: redacted(String(message ?? fault)),
    ...(typeof stack === 'string' && { stack: redacted(stack) }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: faultFields(cause, depth + 1) }),
  }
}

function appender(file: string, maxBytes: number): (line: string) => void {
  let size = sizeOf(file)
  return (line) => {
    try {
      if (size === undefined) mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE })
      if (size !== undefined && size + line.length > maxBytes) {
        renameSync(file, olderOf(file))
        size = 0
      }
      appendFileSync(file, line, { mode: FILE_MODE })
      size = (size ?? 0) + Buffer.byteLength(line)
    } catch {
      // There is nowhere to say so.
    }
  }
}

export function olderOf(file: string): string {
  return file.replace(/(?=\.[^./\\]*$)/, '.1')
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file).size
  } catch {
    return undefined
  }
}
