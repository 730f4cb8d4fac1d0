/** How the `kabuken` command ends; documented in the README, so a script can rely on it. */
export const EXIT = {
  ok: 0,
  /** Something unexpected: a bug or the environment. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** A server refused; the code is on standard error and, with --json, in `error.code`. */
  refused: 3,
  /** Nobody answered; the request is kept and takes effect at most once. */
  unanswered: 4,
  /** Keys, certificates or stored state cannot be used. */
  storage: 5,
  /** A check of a document failed. */
  invalid: 6,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command with a code and words for the person who typed it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly exit: ExitCode
  readonly code: string

  constructor(exit: ExitCode, code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.exit = exit
    this.code = code
  }
}
