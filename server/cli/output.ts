import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { writeFailure } from '../../shared/terminal/output.ts'

/** Tells the person what happened and returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  const failed = toFailure(error)
  writeFailure(failed, json, process)
  return failed.exit
}

function toFailure(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error
  const { code, message } = error as { code?: unknown; message?: unknown }
  const named = typeof code === 'string' ? code : 'internal_error'
  const exit = CONFIGURATION_CODES.has(named) ? EXIT.usage : STORAGE_CODES.test(named) ? EXIT.storage : EXIT.failed
  return new CommandFailed(exit, named, typeof message === 'string' ? message : String(error), error)
}

/** Codes of what the configuration, or the command line of `node init`, says. */
const CONFIGURATION_CODES: ReadonlySet<string> = new Set([
  'bad_configuration',
  'bad_link',
  'bad_name',
  'config_exists',
  'data_exists',
  'plain_not_allowed',
  'security_not_certified',
  'untrusted_root',
])

/** Codes of key files, databases and certificates of this machine. */
const STORAGE_CODES =
  /^(key_file_|passphrase_|storage_|journal_|cert_|wrong_key|wrong_role|not_enrolled|bad_identity|bad_certificate|clock_)/
