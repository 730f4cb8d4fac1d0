import type { Language } from '../../shared/wallet-api/views.ts'
import { WORDS } from './words.ts'

/** Something of the program has ended, or goes on in a state that nobody foresaw. */
export type Crash =
  /** An exception or a rejection that nothing caught, in the main process. */
  | { readonly kind: 'main' }
  | { readonly kind: 'page'; readonly reason: string }
  /** Electron's own processes beside it: graphics, network, ... */
  | { readonly kind: 'process'; readonly reason: string }

const RESTART = 0
const QUIT = 1

/** Chromium starts its own processes again; only one that cannot be started, or that was tampered with, stays away. */
export function needsPerson(crash: Crash): boolean {
  if (crash.kind === 'main') return true
  if (crash.kind === 'page') return crash.reason !== 'clean-exit'
  return crash.reason === 'launch-failed' || crash.reason === 'integrity-failure'
}

/** What happened and where more is written; never the fault's own words, which are for the log. */
export function crashDialog({ kind }: Crash, language: Language, logFile: string) {
  const words = WORDS[language].crash
  return {
    type: 'error',
    title: 'Kabuken',
    message: words[kind],
    detail: `${words.what}\n\n${words.log(logFile)}`,
    buttons: [words.restart, words.quit],
    defaultId: RESTART,
    cancelId: QUIT,
    noLink: true,
  } as const satisfies { readonly type: 'error'; readonly [member: string]: unknown }
}

export function isRestart(response: number): boolean {
  return response === RESTART
}

/** Why the wallet could not be opened at all. */
export function startFailure(code: string, language: Language, logFile: string): { title: string; text: string } {
  const { start, crash } = WORDS[language]
  const { title, other, ...known } = start
  const words = Object.hasOwn(known, code) ? known[code as keyof typeof known] : other(code)
  return { title, text: `${words}\n\n${crash.log(logFile)}` }
}
