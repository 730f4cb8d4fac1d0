import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../shared/kernel/result.ts'
import type { KeyPlace } from '../../shared/wallet-api/views.ts'
import { fileKeychain } from '../wallet/keychain/file.ts'
import type { Keychain, KeychainError, Secret } from '../wallet/keychain/keychain.ts'

/** The keychain of the system: `detectKeychain` and `osKeychain`, or what a test puts in their place. */
export interface SystemKeychain {
  readonly open: () => Keychain
  readonly detect: () => Promise<Result<Keychain, KeychainError>>
}

const SUFFIX = '.key.json'

/**
 * The keychain of one wallet, in whichever place the key is. A folder of key files decides it, as for the command line; a
 * passphrase is held only while the wallet is unlocked.
 */
export class KeyPlaces implements Keychain {
  readonly #folder: string
  readonly #system: SystemKeychain
  readonly #file: Keychain
  #passphrase: string | undefined
  /** What unlocking opened, for who asks first: opening a key file is meant to take most of a second. */
  readonly #opened = new Map<string, Secret>()
  #chosen: KeyPlace | undefined
  /** One for all calls: it keeps them in turn. */
  #os: Keychain | undefined

  constructor(walletFolder: string, system: SystemKeychain) {
    this.#folder = join(walletFolder, 'keys')
    this.#system = system
    this.#file = fileKeychain({ folder: this.#folder, passphrase: () => Promise.resolve(this.#passphrase) })
  }

  get hasKeyFile(): boolean {
    return this.#keyFiles().length > 0
  }

  detect(): ReturnType<SystemKeychain['detect']> {
    return this.#system.detect()
  }

  /**
   * For a wallet that names no key: files that are here were left when a key was being made and the program died. They keep the key
   * that they hold, under names that are not looked at.
   */
  setAside(): void {
    for (const name of this.#keyFiles())
      renameSync(join(this.#folder, name + SUFFIX), join(this.#folder, `${name}.unnamed.json`))
  }

  /** For the key that is made next. */
  choose(place: KeyPlace, passphrase?: string): void {
    this.#chosen = place
    this.#passphrase = passphrase
  }

  /** Throws KeychainError (`passphrase_wrong`, `passphrase_required`) unless the passphrase opens the key. */
  async unlock(passphrase: string | undefined): Promise<void> {
    this.#passphrase = passphrase
    try {
      for (const name of this.#keyFiles()) {
        const secret = await this.#file.load(name)
        if (secret !== undefined) this.#opened.set(name, secret)
      }
    } catch (error) {
      this.forget()
      throw error
    }
  }

  forget(): void {
    this.#passphrase = undefined
    this.#opened.clear()
  }

  async load(name: string): ReturnType<Keychain['load']> {
    const opened = this.#opened.get(name)
    this.#opened.delete(name)
    return opened ?? this.#place().load(name)
  }

  create(name: string, secret: Parameters<Keychain['create']>[1]): Promise<void> {
    return this.#place().create(name, secret)
  }

  remove(name: string): Promise<void> {
    this.#opened.delete(name)
    return this.#place().remove(name)
  }

  #place(): Keychain {
    if (this.hasKeyFile || this.#chosen === 'file') return this.#file
    this.#os ??= this.#system.open()
    return this.#os
  }

  #keyFiles(): string[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
  }
}
