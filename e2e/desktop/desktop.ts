import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type Page } from '@playwright/test'
import { until } from '../../demo/expect.ts'
import type { Reply } from '../../shared/wallet-api/wire.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { within } from '../screens/limits.ts'
import { Application, SharedChromium, WITNESSED } from './application.ts'
import { Witnessed, type Message, type Saved } from './witnessed.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** The binary that `KABUKEN_ELECTRON` names, or the one that the `electron` package brought; undefined if there is none. */
function electronBinary(): string | undefined {
  const named = process.env['KABUKEN_ELECTRON']
  if (named !== undefined) return existsSync(named) ? named : undefined
  const folder = join(ROOT, 'node_modules/electron')
  const brought = existsSync(join(folder, 'path.txt')) ? readFileSync(join(folder, 'path.txt'), 'utf8') : undefined
  return brought !== undefined && existsSync(join(folder, 'dist', brought)) ? join(folder, 'dist', brought) : undefined
}

/** Why nothing can be tested in Electron on this machine; undefined if it can. */
export const whyNoElectron =
  electronBinary() === undefined
    ? 'the Electron binary is not on this machine (node_modules/electron/install.js brings it, KABUKEN_ELECTRON names one)'
    : process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
      ? 'there is no display for Electron (xvfb-run gives one)'
      : undefined

/** What the tests of the screens need of the wallet behind a window, wherever it runs. */
export interface Behind {
  /** What failed without being anybody's input. */
  readonly faults: readonly unknown[]
  /** What went between the page and its host, so far. */
  readonly messages: readonly Message[]
  /** Folder of the wallet. */
  readonly wallet: string
  /** Folders in which the browser or Electron keep what they remember; none where they forget it. */
  readonly profiles: readonly string[]
  readonly host: {
    readonly answer: (operation: string, input: Json) => Promise<Reply>
    readonly confirmations: {
      readonly pending: () => readonly { readonly id: string }[]
      readonly answer: (id: string, isApproved: boolean) => boolean
    }
    /** A link, or the text of a file, that is opened with the wallet. */
    readonly arrive: (text: string, fileName?: string) => void
  }
  /** The person reads the host's own page or dialog and signs. */
  readonly sign: () => Promise<void>
  /** The next file that the page saves. */
  readonly saved: () => Promise<Saved>
  /** The page as it is printed. */
  readonly pdf: () => Promise<Buffer>
  /** Ends the process of the servers beside the wallet, as a lack of memory would. */
  readonly killNode: () => void
  /** Ends the application, in order. Once more, it does nothing. */
  readonly close: () => Promise<void>
}

interface Running {
  readonly witness: Witnessed
  readonly folder: string
  readonly profiles: readonly string[]
  readonly close: () => Promise<void>
}

/** Of the dialog's buttons. */
const [DECLINE, SIGN] = [0, 1] as const

function behindWindow({ witness, folder, profiles, close }: Running): Behind {
  let closing: Promise<void> | undefined
  return {
    messages: witness.messages,
    wallet: join(folder, 'wallet'),
    profiles,
    get faults() {
      const log = join(witness.logs, 'kabuken.log')
      const written = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []
      // The log's own level of faults.
      return written.filter((line) => line.includes('"level":50'))
    },
    host: {
      answer: async (operation, input) => (await witness.ask(operation, input)) as unknown as Reply,
      confirmations: {
        pending: () => [...witness.questions].map((id) => ({ id })),
        answer: (id, isApproved) => {
          witness.press(id, isApproved ? SIGN : DECLINE)
          return true
        },
      },
      arrive: (text, fileName = 'opened.kabuken') => {
        if (text.startsWith('kabuken://')) return witness.want({ kind: 'open', event: 'open-url', value: text })
        const file = join(mkdtempSync(join(folder, 'opened-')), fileName)
        writeFileSync(file, text)
        witness.want({ kind: 'open', event: 'open-file', value: file })
      },
    },
    async sign() {
      const id = await until('a question is asked', async () => [...witness.questions][0])
      witness.press(id, SIGN)
    },
    saved: () => witness.saved(),
    pdf: () => witness.pdf(),
    killNode: () => witness.want({ kind: 'kill-node' }),
    close: () => (closing ??= close()),
  }
}

interface Opened {
  readonly behind: Behind
  readonly page: Page
}

/** The stand-in, with a Chromium of its own: what one wallet's page remembers is not another's. */
export async function openStandIn(built: string): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-desktop-'))
  const chromium = await SharedChromium.start()
  const profiles = [chromium.profile, join(folder, 'electron')]
  const witness = await Witnessed.listen()
  const application = Application.start({ built, chromium, folder, witness: witness.port })
  const close = async (): Promise<void> => {
    witness.want({ kind: 'quit' })
    try {
      await within('the end of the application', application.ended())
    } finally {
      await application.quit()
    }
    witness.close()
    await chromium.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    behind: behindWindow({ witness, folder, profiles, close }),
    page: await application.window(),
  }
}

/** Electron itself. */
export async function openElectron(built: string): Promise<Opened> {
  const executablePath = electronBinary()
  if (executablePath === undefined) throw new Error(whyNoElectron)
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-electron-'))
  const profile = join(folder, 'profile')
  const witness = await Witnessed.listen()
  const switches = [`--user-data-dir=${profile}`, `--wallet=${join(folder, 'wallet')}`, '--language=en', '--lang=en-GB']
  const running = await _electron.launch({
    executablePath,
    args: [...switches, join(built, WITNESSED)],
    env: { ...(process.env as Record<string, string>), KABUKEN_WITNESS: String(witness.port) },
  })
  const close = async (): Promise<void> => {
    await running.close()
    witness.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return { behind: behindWindow({ witness, folder, profiles: [profile], close }), page: await running.firstWindow() }
}
