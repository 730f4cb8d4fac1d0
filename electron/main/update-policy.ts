import type { Language } from '../../shared/wallet-api/views.ts'
import { WORDS } from './words.ts'

/** The packaged application's own description of where its updates are (electron-builder's `app-update.yml`); `undefined`: none. */
export interface Packaged {
  readonly isPackaged: boolean
  readonly platform: NodeJS.Platform
  readonly configuration: string | undefined
}

/**
 * Updates are off until whoever distributes the application says where they are; never from source; and only where what comes is
 * signed and the signature is checked. Windows: by the publisher that the configuration names (without a name electron-updater
 * checks nothing). macOS: by the system, against the running application. Linux has no such check, and packages of its own.
 */
export function mayUpdate({ isPackaged, platform, configuration }: Packaged): boolean {
  if (!isPackaged || configuration === undefined) return false
  const hosts = [...configuration.matchAll(/^\s*(?:url|host|endpoint):\s*['"]?(\S+)/gm)].map(([, url]) => url ?? '')
  if (hosts.some((url) => url.includes('://') && !url.startsWith('https://'))) return false
  if (platform === 'darwin') return true
  return platform === 'win32' && PUBLISHER.test(configuration)
}

/** A name, or a list with one. */
const PUBLISHER = /^publisherName:(?:[ \t]+(?!null|~|\[ *\]|''|"")\S|[ \t]*\r?\n[ \t]*- +\S)/m

export interface Asked {
  readonly title: string
  readonly message: string
  readonly detail?: string
  readonly buttons: readonly string[]
  readonly defaultId: number
  readonly cancelId: number
}

/** Two answers, the first of which agrees; escape and closing put it off. */
export function updateQuestion(kind: 'load' | 'install', version: string, language: Language): Asked {
  const words = WORDS[language].updates
  const isLoad = kind === 'load'
  return {
    title: words.title,
    message: isLoad ? words.available(version) : words.ready(version),
    detail: isLoad ? words.availableWhat : words.readyWhat,
    buttons: [isLoad ? words.load : words.install, words.later],
    defaultId: 0,
    cancelId: 1,
  }
}

/** For whoever asked; a check that nobody asked for says nothing. */
export function updateOutcome(outcome: 'current' | 'failed' | 'loadFailed', language: Language): Asked {
  const words = WORDS[language].updates
  return { title: words.title, message: words[outcome], buttons: [words.ok], defaultId: 0, cancelId: 0 }
}
