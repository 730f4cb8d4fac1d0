import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type Page } from '@playwright/test'
import { until } from '../../demo/expect.ts'
import type { Reply } from '../../shared/wallet-api/wire.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { Application, type SharedChromium } from './application.ts'

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
    : undefined

/** What the tests of the screens need of the wallet behind a window, wherever it runs. */
export interface Behind {
  /** Of the page's addresses. */
  readonly origin: string
  /** What failed without being anybody's input. */
  readonly faults: readonly unknown[]
  readonly host: {
    readonly answer: (operation: string, input: Json) => Promise<Reply>
    readonly confirmations: {
      readonly pending: () => readonly { readonly id: string }[]
      readonly answer: (id: string, isApproved: boolean) => boolean
    }
    /** A link, or the text of a file, that is opened with the wallet. */
    readonly arrive: (text: string) => void
    readonly close: () => Promise<void>
  }
  readonly close: () => Promise<void>
}

/** The desktop application with a window. */
export interface Desktop extends Behind {
  readonly page: Page
  /** The person reads the dialog and signs. */
  readonly sign: () => Promise<void>
}

interface Running {
  readonly page: Page
  /** IDs of the questions that wait, as far as this process has heard. */
  readonly questions: () => readonly string[]
  readonly press: (id: string, button: number) => void
  readonly emit: (event: 'open-url' | 'open-file', value: string) => void
  readonly log: string
  readonly stop: () => Promise<void>
}

/** Of the dialog's buttons. */
const [DECLINE, SIGN] = [0, 1] as const

function desktopOver(running: Running, folder: string): Desktop {
  const { page, questions, press, emit } = running
  let opened = 0
  return {
    page,
    origin: new URL(page.url()).href.replace(/\/index\.html.*$/, ''),
    get faults() {
      const written = existsSync(running.log) ? readFileSync(running.log, 'utf8').split('\n') : []
      // The log's own level of faults.
      return written.filter((line) => line.includes('"level":50'))
    },
    async sign() {
      const id = await until('a question is asked', async () => questions()[0])
      press(id, SIGN)
    },
    host: {
      answer: (operation, input) =>
        page.evaluate(`kabuken.call(${JSON.stringify(operation)}, ${JSON.stringify(input)}, undefined)`),
      confirmations: {
        pending: () => questions().map((id) => ({ id })),
        answer: (id, isApproved) => {
          press(id, isApproved ? SIGN : DECLINE)
          return true
        },
      },
      arrive: (text) => {
        if (text.startsWith('kabuken://')) {
          emit('open-url', text)
          return
        }
        opened += 1
        const file = join(folder, `opened-${opened}.kabuken`)
        void writeFile(file, text).then(() => emit('open-file', file))
      },
      close: () => running.stop(),
    },
    close: async () => {
      await running.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export async function openStandIn(built: string, chromium: SharedChromium): Promise<Desktop> {
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-desktop-'))
  const application = Application.start({ built, chromium, folder })
  const page = await application.window()
  return desktopOver(
    {
      page,
      questions: () => application.dialogs.map(({ id }) => String(id)),
      press: (id, response) => {
        const index = application.dialogs.findIndex((shown) => String(shown.id) === id)
        const [shown] = index === -1 ? [] : application.dialogs.splice(index, 1)
        if (shown !== undefined) application.answer(shown, { response, checkboxChecked: false })
      },
      emit: (event, value) => application.send({ kind: 'emit', event, values: [value] }),
      log: join(folder, 'electron/logs/kabuken.log'),
      stop: () => application.quit(),
    },
    folder,
  )
}

/** Electron itself. Its dialogs are kept from the screen and answered by the test. */
export async function openElectron(built: string): Promise<Desktop> {
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-electron-'))
  const binary = electronBinary()
  if (binary === undefined) throw new Error(whyNoElectron)
  const running = await _electron.launch({
    executablePath: binary,
    args: [
      `--user-data-dir=${join(folder, 'profile')}`,
      `--wallet=${join(folder, 'wallet')}`,
      '--language=en',
      join(built, 'main/index.js'),
    ],
  })
  const waiting: string[] = []
  running.on('console', (message) => {
    const [, id] = /^question (\d+)$/.exec(message.text()) ?? []
    if (id !== undefined) waiting.push(id)
  })
  await running.evaluate(({ dialog }) => {
    const answers = new Map<string, (answer: { response: number; checkboxChecked: boolean }) => void>()
    Object.assign(globalThis, { answers })
    dialog.showMessageBox = () =>
      new Promise((resolve) => {
        const id = String(answers.size)
        answers.set(id, resolve)
        console.log(`question ${id}`)
      })
  })
  const page = await running.firstWindow()
  return desktopOver(
    {
      page,
      questions: () => waiting,
      press: (id, response) => {
        waiting.splice(waiting.indexOf(id), 1)
        void running.evaluate(
          (_, [of, button]) => {
            const { answers } = globalThis as unknown as { answers: Map<string, (answer: object) => void> }
            answers.get(of)?.({ response: button, checkboxChecked: false })
          },
          [id, response] as const,
        )
      },
      emit: (event, value) =>
        void running.evaluate(({ app }, [of, given]) => void app.emit(of, { preventDefault: () => {} }, given), [
          event,
          value,
        ] as const),
      log: join(folder, 'profile/logs/kabuken.log'),
      stop: () => running.close(),
    },
    folder,
  )
}
