import { pino } from 'pino'

/** What roles and transport report. Names of members and codes only: no message text, no account, no key reaches the log. */
export interface Logger {
  readonly info: (fields: LogFields, message: string) => void
  readonly warn: (fields: LogFields, message: string) => void
  readonly error: (fields: LogFields, message: string) => void
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Members that are never written, should one ever get into a log call. */
const SECRET = ['key', 'passphrase', 'account', 'jws', 'request', 'invitation']

/** One JSON object a line, on standard error unless it is to go elsewhere: standard output belongs to what a command prints. */
export function jsonLogger(level: string, write?: (line: string) => void): Logger {
  return pino(
    { level, redact: { paths: SECRET, censor: '[redacted]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    write === undefined ? pino.destination(2) : { write },
  )
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined }
