import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../../demo/expect.ts'
import { Application, buildDesktop, SharedChromium, whyNot } from './application.ts'

const MINUTES_MS = 60_000
const LIMIT = { timeout: 2 * MINUTES_MS }

let built: string
let chromium: SharedChromium
let folder: string
let started: Application[]

beforeAll(async () => {
  if (whyNot !== undefined) return
  built = await buildDesktop()
  chromium = await SharedChromium.start()
}, 3 * MINUTES_MS)

afterAll(async () => {
  if (whyNot !== undefined) return
  await chromium.stop()
  await rm(built, { recursive: true, force: true })
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabuken-main-'))
  started = []
})

afterEach(async () => {
  for (const each of started) await each.quit()
  await rm(folder, { recursive: true, force: true })
})

/** `home`: of the machine's user, whose application this is. */
async function start(argv: readonly string[] = [], home = 'home'): Promise<Application> {
  const own = join(folder, home)
  await mkdir(own, { recursive: true })
  const application = Application.start({ built, chromium, folder: own, argv })
  started.push(application)
  return application
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** As the screens save a file. */
const SAVING = `{
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(['dear']))
  link.download = 'letter.txt'
  link.click()
}`

/** The wallet as it tells its own page. */
function ask(page: Page, operation: string, input: object): Promise<{ ok: boolean; output: Record<string, unknown> }> {
  return page.evaluate(`kabuken.call(${JSON.stringify(operation)}, ${JSON.stringify(input)}, undefined)`)
}

test(
  'the start says where the wallet is and in which language it speaks, in pages, menu and tray',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const wallet = join(folder, 'elsewhere')
    const application = await start([`--wallet=${wallet}`, '--language=ja'])
    const page = await application.window()
    await page.getByRole('heading', { name: '鍵を作成する' }).waitFor()
    expect(await readdir(wallet)).toContain('preferences')
    expect(await readdir(join(folder, 'home'))).not.toContain('wallet')
    application.send({ kind: 'click', label: '設定' })
    await page.waitForURL(/#\/settings$/)
    application.send({ kind: 'click', label: 'Kabukenを終了' })
    expect(await application.ended()).toBe(0)
  },
)

test(
  'the menu follows the language that is chosen while it runs; the page is told version and updates',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const application = await start()
    const page = await application.window()
    await page.getByRole('heading', { name: 'Create your key' }).waitFor()
    const before = application.calls('Menu.setApplicationMenu').length
    await ask(page, 'settings.set', { language: 'ja' })
    await until('the menu is drawn anew', () =>
      Promise.resolve(application.calls('Menu.setApplicationMenu').length > before || undefined),
    )
    expect(JSON.stringify(application.calls('Menu.setApplicationMenu').at(-1))).toContain('ウォレット')
    expect(application.calls('app.setAboutPanelOptions').at(-1)).toMatchObject([{ applicationVersion: '0.1.0' }])
    expect((await ask(page, 'about', {})).output).toEqual({ version: '0.1.0', updates: { state: 'off' } })
  },
)

test('the window opens where it was left, and closing it ends the application', LIMIT, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const userData = join(folder, 'home', 'electron', 'userData')
  await mkdir(userData, { recursive: true })
  const kept = { bounds: { x: 40, y: 50, width: 700, height: 600 }, isMaximised: false }
  await writeFile(join(userData, 'window.json'), JSON.stringify(kept))
  const application = await start()
  await (await application.window()).getByRole('heading', { name: 'Create your key' }).waitFor()
  const opened = application.told.find(({ kind }) => kind === 'window')
  expect(opened).toMatchObject({ options: { ...kept.bounds, minWidth: 360, show: false, backgroundColor: '#f6f2e9' } })
  await rm(join(userData, 'window.json'))
  application.send({ kind: 'click', label: 'Close' })
  expect(await application.ended()).toBe(0)
  expect(JSON.parse(await readFile(join(userData, 'window.json'), 'utf8'))).toEqual(kept)
})

test(
  'a wallet that is open elsewhere is not opened: it says so in words and writes it to the log',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const wallet = join(folder, 'one-wallet')
    const first = await start([`--wallet=${wallet}`])
    await (await first.window()).getByRole('heading', { name: 'Create your key' }).waitFor()
    const second = await start([`--wallet=${wallet}`], 'another-home')
    expect(await second.ended()).toBe(1)
    expect(second.calls('dialog.showErrorBox')).toMatchObject([
      ['Kabuken could not be opened', expect.stringContaining('open already')],
    ])
    const log = await readFile(join(folder, 'another-home', 'electron', 'logs', 'kabuken.log'), 'utf8')
    expect(log).toContain('"code":"store_locked"')
  },
)

test(
  'when the screens crash a person is asked, without a word of code; the log knows more',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const application = await start()
    await (await application.window()).getByRole('heading', { name: 'Create your key' }).waitFor()
    application.send({
      kind: 'emit',
      event: 'render-process-gone',
      values: [null, { reason: 'clean-exit', exitCode: 0 }],
    })
    application.send({ kind: 'emit', event: 'render-process-gone', values: [null, { reason: 'oom', exitCode: 9 }] })
    application.send({ kind: 'emit', event: 'render-process-gone', values: [null, { reason: 'oom', exitCode: 9 }] })
    const dialog = await application.press(/^Start again$/)
    expect(dialog.message).toBe('The screens of Kabuken have stopped')
    expect(dialog.detail).not.toMatch(/oom|exitCode/)
    expect(await application.ended()).toBe(0)
    expect(application.calls('app.relaunch')).toHaveLength(1)
    expect(application.dialogs).toEqual([])
    const log = await readFile(join(folder, 'home', 'electron', 'logs', 'kabuken.log'), 'utf8')
    expect(log).toContain('"reason":"oom","exitCode":9')
  },
)

test(
  'where the person says what the page saves is written; where it is not, a dialog contradicts the screen',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const application = await start(['--language=ja'])
    const page = await application.window()
    await page.getByRole('heading', { name: '鍵を作成する' }).waitFor()
    const save = async (filePath: string): Promise<void> => {
      await page.evaluate(SAVING)
      const shown = await application.dialog()
      expect(shown.name).toBe('showSaveDialog')
      application.answer(shown, { canceled: filePath === '', filePath })
    }
    for (const nowhere of ['', join(folder, 'no-such-folder', 'letter.txt')]) {
      await save(nowhere)
      expect(await application.press(/^OK$/)).toMatchObject({ message: 'letter.txtは保存されていません' })
    }
    const file = join(folder, 'letter.txt')
    await save(file)
    await until('it is written', () =>
      readFile(file, 'utf8')
        .then((text) => (text === 'dear' ? true : undefined))
        .catch(() => undefined),
    )
    expect(application.dialogs).toEqual([])
  },
)

test(
  'servers run beside the wallet in a process of their own; the closed window leaves them running and says so once',
  LIMIT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const application = await start()
    const page = await application.window()
    await page.getByRole('heading', { name: 'Create your key' }).waitFor()
    const made = await ask(page, 'node.create', {
      marketName: 'Harbour',
      currency: 'JPY',
      roles: ['authority', 'settlement'],
      companies: [],
      demonstration: true,
      port: await freePort(),
    })
    expect(made).toMatchObject({ ok: true })
    expect(await ask(page, 'node.start', {})).toMatchObject({ ok: true })
    await until('the servers are ready', async () =>
      (await ask(page, 'node.state', {})).output['state'] === 'ready' ? true : undefined,
    )
    for (const _ of [1, 2]) {
      application.send({ kind: 'click', label: 'Close' })
      await until('the window is hidden', () =>
        Promise.resolve(application.calls('window.hide').length >= 1 || undefined),
      )
    }
    expect((await ask(page, 'node.state', {})).output['state']).toBe('ready')
    expect(application.calls('Notification.show')).toEqual([
      [{ title: 'Your market goes on running', body: expect.stringContaining('The window is closed') }],
    ])
    application.send({ kind: 'click', label: 'Open Kabuken' })
    application.send({ kind: 'click', label: 'Quit Kabuken' })
    expect(await application.ended()).toBe(0)
  },
)
