/** How the `kabuken` command ends; documented in the README, so a script can rely on it. */
export const EXIT = {
  ok: 0,
  /** Something unexpected: a bug or the environment. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** A server refused, or the wallet itself; the code is on standard error and, with --json, in `error.code`. */
  refused: 3,
  /** Nobody answered, or with "not now"; a request that was made is kept and takes effect at most once. */
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
  /** Facts for programs, such as the ID of a request that goes on. */
  readonly details: Readonly<Record<string, string>> | undefined

  constructor(
    exit: ExitCode,
    code: string,
    message: string,
    cause?: unknown,
    details?: Readonly<Record<string, string>>,
  ) {
    super(message, { cause })
    this.exit = exit
    this.code = code
    this.details = details
  }
}
