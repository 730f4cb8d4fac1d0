import type { ToNode } from '../../shared/bundled-node/channel.ts'
import type { Json } from '../../shared/signing/canonical.ts'

/** What a process tells of itself; nothing is told before the function that started it has returned. */
export interface NodeProcessListener {
  /** Not looked at yet: whoever listens reads it by the schema `fromNode`. */
  readonly onMessage: (message: Json) => void
  /** What it wrote on standard error besides its log: why it crashed. */
  readonly onErrorOutput: (line: string) => void
  /** Once, and the last: also when it could not be started at all. */
  readonly onExit: () => void
}

/** The bundled node as a process of its own, whatever starts it. */
export interface NodeProcess {
  /** For a process that has ended it does nothing. */
  readonly send: (message: ToNode) => void
  /** Ends it at once; what it has stored is stored. */
  readonly kill: () => void
}

/** Starts the program; it ends when the process that started it does. */
export type StartNodeProcess = (listener: NodeProcessListener) => NodeProcess
