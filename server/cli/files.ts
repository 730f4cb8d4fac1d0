import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'

/** A file that the operator named. Throws `file_unreadable`. */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandFailed(EXIT.usage, 'file_unreadable', `${file} cannot be read (${codeOf(cause)})`, cause)
  }
}

/** Asked before the work that the file is for is done. */
export function refuseExisting(file: string): void {
  if (existsSync(file)) throw new CommandFailed(EXIT.usage, 'file_exists', `${file} exists and is not overwritten`)
}

/** Never overwrites. Registers and statements name people, so that nobody else on this machine may read them. */
export function writeNew(file: string, content: string): void {
  refuseExisting(file)
  try {
    writeFileSync(file, content, { flag: 'wx', flush: true, mode: 0o600 })
  } catch (cause) {
    throw new CommandFailed(EXIT.failed, 'file_not_written', `${file} could not be written (${codeOf(cause)})`, cause)
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause)
}
