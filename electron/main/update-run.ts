import type { Language, Updates } from '../../shared/wallet-api/views.ts'
import { updateOutcome, updateQuestion, type Asked } from './update-policy.ts'

/** The part of electron-updater that is used. It checks the signature of what it loaded before it resolves. */
export interface Updater {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  allowDowngrade: boolean
  allowPrerelease: boolean
  logger: unknown
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean
    readonly updateInfo: { readonly version: string }
  } | null>
  downloadUpdate(): Promise<unknown>
  quitAndInstall(): void
}

export interface Surroundings {
  /** Only called where {@link mayUpdate} said yes: nothing of the updater is loaded before. */
  readonly load: () => Promise<Updater>
  readonly language: () => Language
  /** Resolves to the button's number. */
  readonly ask: (question: Asked) => Promise<number>
  readonly onState: () => void
  readonly onFault: (fault: unknown) => void
  /** Closes the wallet: the installer ends this process. */
  readonly beforeInstall: () => Promise<void>
}

/** Looks for a newer version, and asks before it is loaded and again before it is installed. */
export class UpdateRun {
  readonly #surroundings: Surroundings
  #state: Updates
  #running = false

  constructor(isOn: boolean, surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#state = { state: isOn ? 'idle' : 'off' }
  }

  get state(): Updates {
    return this.#state
  }

  /** `byPerson`: says also that there is nothing new. One run at a time. */
  async check(byPerson: boolean): Promise<void> {
    if (this.#running || this.#state.state === 'off') return
    this.#running = true
    try {
      await this.#run(byPerson)
    } finally {
      this.#running = false
    }
  }

  async #run(byPerson: boolean): Promise<void> {
    const { load, beforeInstall } = this.#surroundings
    const updater = await this.#attempt('failed', byPerson, async () => {
      this.#enter({ state: 'checking' })
      return careful(await load())
    })
    const found = updater && (await this.#attempt('failed', byPerson, () => updater.checkForUpdates()))
    if (updater === undefined || found === undefined) return
    if (found?.isUpdateAvailable !== true) {
      this.#enter({ state: 'current' })
      if (byPerson) await this.#say('current')
      return
    }
    const { version } = found.updateInfo
    this.#enter({ state: 'available', version })
    if (!(await this.#agreed('load', version))) return
    this.#enter({ state: 'loading', version })
    if (
      (await this.#attempt('loadFailed', true, async () => ({ loaded: await updater.downloadUpdate() }))) === undefined
    )
      return
    this.#enter({ state: 'ready', version })
    if (!(await this.#agreed('install', version))) return
    await beforeInstall()
    updater.quitAndInstall()
  }

  /** Undefined, said and noted, where it came to nothing. */
  async #attempt<Value>(
    outcome: 'failed' | 'loadFailed',
    aloud: boolean,
    act: () => Promise<Value>,
  ): Promise<Value | undefined> {
    try {
      return await act()
    } catch (error) {
      this.#surroundings.onFault(error)
      this.#enter({ state: 'failed' })
      if (aloud) await this.#say(outcome)
      return undefined
    }
  }

  async #agreed(kind: 'load' | 'install', version: string): Promise<boolean> {
    const { ask, language } = this.#surroundings
    return (await ask(updateQuestion(kind, version, language()))) === 0
  }

  async #say(outcome: Parameters<typeof updateOutcome>[0]): Promise<void> {
    const { ask, language } = this.#surroundings
    await ask(updateOutcome(outcome, language()))
  }

  #enter(state: Updates): void {
    this.#state = state
    this.#surroundings.onState()
  }
}

/** Nothing is loaded or installed unasked, and never an older or unfinished version. */
function careful(updater: Updater): Updater {
  return Object.assign(updater, {
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
    allowPrerelease: false,
    logger: null,
  })
}
