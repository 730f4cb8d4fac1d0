import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { IdentityFile } from '../../shared/documents/endorsement.ts'
import type { HandedOver } from '../living/market.ts'
import type { Opening, Order, Report } from '../living/messages.ts'

const PROGRAM = fileURLToPath(new URL('../living/process.ts', import.meta.url))
/** A market that is told to end has this long: with a check every wallet is synchronised before. */
const GRACE_MS = 20_000
const GRACE_WITH_CHECK_MS = 120_000

/** The market's process ended by itself. */
export class MarketGone extends Error {
  override readonly name = 'MarketGone'
  readonly code = 'market_gone'
}

type ReportOf<Kind extends Report['kind']> = Extract<Report, { kind: Kind }>

/** The process in which servers and simulated investors are. */
export class MarketProcess {
  readonly #child: ChildProcess
  /** Rejects when the process ends, whatever the reason. */
  readonly gone: Promise<never>

  constructor(opening: Opening) {
    const child = fork(PROGRAM, [JSON.stringify(opening)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#child = child
    this.gone = new Promise((_, reject) =>
      child.once('exit', (code, signal) => reject(new MarketGone(`the market ended (${signal ?? code})`))),
    )
    this.gone.catch(() => {})
  }

  async ready(): Promise<string> {
    return (await this.#hear('ready')).link
  }

  /** Play money for whoever has opened an account. */
  async welcome(): Promise<void> {
    const heard = this.#hear('welcomed')
    this.#tell({ kind: 'welcome' })
    await heard
  }

  /** Lets the simulated investors come; `you` is given a certificate as soon as one of them can spare it. */
  open(you: IdentityFile | undefined, onHandedOver: (handedOver: HandedOver) => void): void {
    this.#hear('handed-over').then(
      ({ handedOver }) => onHandedOver(handedOver),
      () => {},
    )
    this.#tell({ kind: 'open', you })
  }

  /** Resolves when the process is gone, with the rules that were violated. */
  async end(check: boolean): Promise<readonly string[]> {
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return []
    const heard = this.#hear('ended').then(
      ({ violations }) => violations,
      () => (check ? ['the market could not be checked'] : []),
    )
    const killer = setTimeout(() => child.kill('SIGKILL'), check ? GRACE_WITH_CHECK_MS : GRACE_MS)
    this.#tell({ kind: 'end', check })
    await this.gone.catch(() => {})
    clearTimeout(killer)
    return heard
  }

  #tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order)
  }

  #hear<Kind extends Report['kind']>(kind: Kind): Promise<ReportOf<Kind>> {
    const heard = new Promise<ReportOf<Kind>>((resolve) => {
      const listen = (message: Report): void => {
        if (message.kind !== kind) return
        this.#child.off('message', listen)
        resolve(message as ReportOf<Kind>)
      }
      this.#child.on('message', listen)
    })
    return Promise.race([heard, this.gone])
  }
}
