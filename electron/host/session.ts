import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { KeyPlace } from '../../shared/wallet-api/views.ts'
import { namesNoKey, openWallet, type EnrolmentView, type Wallet, type WalletPorts } from '../wallet/wallet.ts'
import { connectionsOf } from './overview.ts'
import { takeBeside } from './backup.ts'
import type { HostEvents } from './events.ts'
import type { KeyPlaces } from './key-place.ts'
import { NewsDesk, type News } from './news.ts'
import type { Preferences } from './preferences.ts'

interface SessionOptions {
  readonly folder: string
  readonly ports: Omit<WalletPorts, 'keychain'>
  readonly keys: KeyPlaces
  readonly preferences: Preferences
  readonly events: HostEvents
  readonly onFault: (fault: Refusal) => void
  readonly beforeLock: () => void
  readonly onNews: ((news: News) => void) | undefined
}

/** Half the life of a revocation list where the authority keeps to the usual period. */
const MARKET_REFRESH_MS = 60_000
/** Light for the authority, and nobody waits long after its decision. */
const ASK_AGAIN_MS = 15_000

/** The wallet while it is unlocked. Locking closes it: its connections end and the passphrase is forgotten. */
export class WalletSession {
  readonly #options: SessionOptions
  #wallet: Wallet | undefined
  #enrolment: EnrolmentView | undefined
  #cancelAutoLock = (): void => {}
  #cancelRefresh = (): void => {}
  #cancelAsking = (): void => {}
  #standing: Refusal | undefined
  /** Opening and closing one after the other: two openings would find the folder locked. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get wallet(): Wallet | undefined {
    return this.#wallet
  }

  /** As the authority last said; undefined while it was not heard. */
  get enrolment(): EnrolmentView | undefined {
    const identity = this.#wallet?.identity()
    return identity === undefined ? this.#enrolment : { state: 'approved', identity }
  }

  /** While it is pending, the authority is asked again by itself. */
  set enrolment(heard: EnrolmentView | undefined) {
    this.#enrolment = heard
    this.#options.events.changed('wallet')
    this.#cancelAsking()
    this.#cancelAsking = () => {}
    const wallet = this.#wallet
    if (heard?.state === 'pending' && wallet !== undefined)
      this.#cancelAsking = this.#options.ports.schedule(ASK_AGAIN_MS, () => void this.#hearEnrolment(wallet))
  }

  /** Why the identity certificate counts no more, as far as the market's lists say. */
  get standing(): Refusal | undefined {
    return this.#standing
  }

  get keyPlace(): KeyPlace | undefined {
    const { keys, preferences } = this.#options
    if (this.#wallet?.hasKey() === false) return undefined
    if (keys.hasKeyFile) return 'file'
    return preferences.read().keyPlace ?? (this.#wallet === undefined ? undefined : 'os')
  }

  /** The wallet, or the refusal `locked`. */
  open(): Result<Wallet, Refusal> {
    return this.#wallet === undefined ? refuse('locked', 'the wallet is locked') : ok(this.#wallet)
  }

  /** Throws KeychainError and StoreError. */
  unlock(passphrase: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#wallet !== undefined) return
      const { folder, ports, keys, preferences, events, onFault } = this.#options
      if (keys.hasKeyFile && !(await namesNoKey(folder))) await keys.unlock(passphrase)
      const wallet = await openWallet({ folder, ...ports, keychain: keys, onFault })
      try {
        // After damage the key may be named by what was lost.
        if (!wallet.hasKey() && !wallet.recovered) keys.setAside()
        await takeBeside(wallet, preferences, keys.hasKeyFile ? 'file' : 'os')
      } catch (error) {
        await wallet.close()
        throw error
      }
      this.#wallet = wallet
      this.#follow(wallet)
      this.touch()
      events.changed('lock')
      this.#keepMarketFresh(wallet)
      void this.#hearEnrolment(wallet)
    })
  }

  lock(): Promise<void> {
    return this.#inTurn(async () => {
      const wallet = this.#wallet
      if (wallet === undefined) return
      this.#cancelAutoLock()
      this.#cancelRefresh()
      this.#cancelAsking()
      this.#options.beforeLock()
      this.#wallet = undefined
      this.#enrolment = undefined
      this.#standing = undefined
      this.#options.keys.forget()
      this.#options.events.changed('lock')
      await wallet.close()
    })
  }

  /** A person is there: the time to the automatic lock begins anew. */
  touch(): void {
    const { preferences, ports } = this.#options
    const { autoLockMinutes } = preferences.read().settings
    this.#cancelAutoLock()
    this.#cancelAutoLock = () => {}
    if (autoLockMinutes === 0 || this.#wallet === undefined) return
    this.#cancelAutoLock = ports.schedule(autoLockMinutes * 60_000, () => void this.lock())
  }

  #follow(wallet: Wallet): void {
    const { events } = this.#options
    this.#tellNews(wallet)
    let told = ''
    let synchronised = false
    // Before that the wallet hears of nothing: as soon as there is an identity, and once.
    const synchronise = (): void => {
      if (synchronised || wallet.identity() === undefined) return
      synchronised = true
      void this.#synchronise(wallet)
    }
    synchronise()
    void this.#judge(wallet)
    let listed = wallet.certificates()
    wallet.onChange(() => {
      synchronise()
      void this.#judge(wallet)
      events.changed('wallet')
      // Ten thousand certificates are not sent again because a connection came or went.
      if (wallet.certificates() !== listed) events.changed('certificates')
      listed = wallet.certificates()
      const connections = connectionsOf(wallet)
      const now = JSON.stringify(connections)
      if (now !== told) events.tell('connection', { connections })
      told = now
    })
  }

  /** Bursts of changes are looked at once, like by the screens. */
  #tellNews(wallet: Wallet): void {
    const { events, onNews } = this.#options
    if (onNews === undefined) return
    const desk = new NewsDesk(wallet)
    const endListening = events.listen((event) => {
      if (this.#wallet !== wallet) endListening()
      else if (event === 'changed') desk.take().forEach(onNews)
    })
  }

  /** What could not be done now is shown by the screens, which offer to do it again. */
  async #synchronise(wallet: Wallet): Promise<void> {
    const done = await wallet.sync().catch(() => undefined)
    if (done !== undefined && this.#wallet === wallet) this.#options.events.changed('wallet')
  }

  /** Expiry comes without any change, so the look at every refresh of the market finds it. */
  async #judge(wallet: Wallet): Promise<void> {
    const standing = await wallet.standing()
    if (this.#wallet !== wallet || standing?.code === this.#standing?.code) return
    this.#standing = standing
    this.#options.events.changed('wallet')
  }

  /** Revocation lists are good for minutes; without fresh ones no shares and no money move (SIG6). */
  #keepMarketFresh(wallet: Wallet): void {
    this.#cancelRefresh = this.#options.ports.schedule(MARKET_REFRESH_MS, () => {
      if (wallet.market() !== undefined) {
        const refreshed = wallet.refreshMarket().catch(() => undefined)
        void refreshed.then(() => this.#judge(wallet))
      }
      this.#keepMarketFresh(wallet)
    })
  }

  /** What the authority says of the application; without an answer it is asked again later. */
  async #hearEnrolment(wallet: Wallet): Promise<void> {
    const heard = await wallet.enrolment().catch(() => undefined)
    if (this.#wallet !== wallet) return
    this.enrolment = heard?.ok === true ? heard.value : this.#enrolment
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act)
    this.#turn = turn.catch(() => {})
    return turn
  }
}
