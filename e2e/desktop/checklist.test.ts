import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CDPSession, Page } from '@playwright/test'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../../demo/expect.ts'
import {
  mayNavigate,
  mayUse,
  PAGE_HEADERS,
  SCHEME_PRIVILEGES,
  START_PAGE,
  WEB_PREFERENCES,
  windowOpenAnswer,
} from '../../electron/main/policy.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, EXPOSED_AS, PROGRESS_CHANNEL } from '../../electron/preload/channels.ts'
import { operations, type OperationName } from '../../shared/wallet-api/operations.ts'
import { Application, buildDesktop, SharedChromium, whyNot } from './application.ts'
import { PRELOAD_WORLD } from './stand-in/worlds.ts'

const MINUTES_MS = 60_000
const ROOT = resolve(import.meta.dirname, '../..')

let folder: string
let built: string
let chromium: SharedChromium
let application: Application
let page: Page
/** Of the built application, as text. */
let main: string
let preload: string
let html: string
/** Of everything that the page finds in its world. */
let namesAtStart: string[]

beforeAll(async () => {
  built = await buildDesktop()
  const read = (name: string) => readFileSync(join(built, name), 'utf8')
  const chunks = readdirSync(join(built, 'main')).filter((name) => name.endsWith('.js'))
  main = chunks.map((name) => read(`main/${name}`)).join('\n')
  preload = read('preload/index.cjs')
  html = read('renderer/index.html')
  if (whyNot !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'kabuken-checklist-'))
  chromium = await SharedChromium.start()
  application = Application.start({ built, chromium, folder })
  page = await application.window()
  await page.getByRole('heading', { name: 'Create your key' }).waitFor()
  namesAtStart = (await page.evaluate(NAMES)) as string[]
}, 3 * MINUTES_MS)

afterAll(async () => {
  if (whyNot === undefined) {
    await application.quit()
    await chromium.stop()
    await rm(folder, { recursive: true, force: true })
  }
  await rm(built, { recursive: true, force: true })
})

/** As Chromium counts them. */
async function openPages(): Promise<number> {
  const session = await chromium.browser.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  await session.detach()
  return targetInfos.filter(({ type }) => type === 'page').length
}

const NAMES = 'Object.getOwnPropertyNames(globalThis)'

/** Of another secure origin in the same browser. */
async function namesOfAnEmptyPage(beside: Page): Promise<Set<string>> {
  const empty = await beside.context().newPage()
  await empty.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await empty.goto('https://empty.invalid/')
  const names = new Set((await empty.evaluate(NAMES)) as string[])
  await empty.close()
  return names
}

/** What the built main process gave its window. */
function preferences(): unknown {
  const opened = application.told.find(({ kind }) => kind === 'window')
  return opened?.kind === 'window' ? opened.options['webPreferences'] : undefined
}

beforeEach(({ skip }) => skip(whyNot !== undefined, whyNot))

test('[P15] 1. only secure content is loaded: what the page needs is its own, and it asks for nothing else', async () => {
  expect(html).not.toMatch(/(?:src|href)="(?!\.\/)/)
  expect(main).not.toMatch(/loadURL\((?!START_PAGE)/)
  expect(START_PAGE).toMatch(/^app:/)
  const requests = application.told.filter((told) => told.kind === 'asked' && told.what === 'request')
  expect(requests).toEqual([])
})

test('[P15] 2. pages have no Node.js', async () => {
  expect(preferences()).toMatchObject({
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
  })
  const found = await page.evaluate(
    `['require', 'module', 'exports', 'process', 'Buffer', 'global', '__dirname'].filter((name) => name in globalThis)`,
  )
  expect(found).toEqual([])
})

test('[P15] 3. the preload has a world of its own', async () => {
  expect(preferences()).toMatchObject({ contextIsolation: true })
  expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1)
  expect(await page.evaluate(`'standIn' in globalThis`)).toBe(false)
})

test('[P15] 4. every process of a page is sandboxed, and no switch takes it away', async () => {
  expect(preferences()).toMatchObject({ sandbox: true })
  expect(application.calls('app.enableSandbox')).toHaveLength(1)
  expect(main).not.toMatch(/appendSwitch/)
  expect(preload.match(/require\("([^"]+)"\)/g)).toEqual(['require("electron")'])
})

test('[P15] 4. installed and started without the sandbox, as some launchers do, it says so and ends', async () => {
  const home = await mkdtemp(join(folder, 'without-'))
  const refused = Application.start({ built, chromium, folder: home, argv: ['--no-sandbox'], isPackaged: true })
  expect(await refused.ended()).toBe(1)
  expect(JSON.stringify(refused.calls('dialog.showErrorBox'))).toContain('--no-sandbox')
  expect(refused.told.filter(({ kind }) => kind === 'window')).toEqual([])
})

test('[P15] 5. permissions are refused, whatever the page asks for', async () => {
  expect(application.calls('session.setPermissionRequestHandler')).toHaveLength(1)
  expect(application.calls('session.setPermissionCheckHandler')).toHaveLength(1)
  expect(application.calls('session.setDevicePermissionHandler')).toHaveLength(1)
  expect(mayUse('media')).toBe(false)
  const states = await page.evaluate(
    `Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(
      async (name) => (await navigator.permissions.query({ name })).state))`,
  )
  expect(new Set(states as string[])).toEqual(new Set(['denied']))
  const opened = await page.evaluate(`navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'open', String)`)
  expect(opened).toMatch(/^NotAllowedError/)
})

test('[P15] 6. webSecurity is on', async () => {
  expect(WEB_PREFERENCES.webSecurity).toBe(true)
  expect(preferences()).toMatchObject({ webSecurity: true })
  expect(main).not.toMatch(/disable-web-security|webSecurity: false/)
})

test('[P15] 7. the content policy is in force: own files only, no connection, no text that becomes code or markup', async () => {
  const attempts = {
    fetch: `fetch('https://example.org/')`,
    socket: `new Promise((done, fail) => { const s = new WebSocket('wss://example.org/'); s.onopen = done; s.onerror = () => fail(new Error('closed')) })`,
    image: `new Promise((done, fail) => { const i = new Image(); i.onload = done; i.onerror = () => fail(new Error('no image')); i.src = 'https://example.org/a.png' })`,
    script: `new Promise((done, fail) => { const s = document.createElement('script'); s.onload = done; s.onerror = () => fail(new Error('no script')); s.src = 'https://example.org/a.js'; document.body.append(s) })`,
    inline: `(async () => { const s = document.createElement('script'); s.textContent = 'globalThis.ran = true'; document.body.append(s); if (!globalThis.ran) throw new Error('did not run') })()`,
    module: `import('https://example.org/a.js')`,
    eval: `(async () => (0, eval)('1'))()`,
    function: `(async () => new Function('return 1')())()`,
    timer: `(async () => { setTimeout('globalThis.ran = true') })()`,
    markup: `(async () => { document.createElement('div').innerHTML = '<b>x</b>' })()`,
    handler: `(async () => { document.createElement('b').setAttribute('onclick', 'alert(1)') })()`,
    style: `(async () => { const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.head.append(s); if (s.sheet === null) throw new Error('no sheet') })()`,
    policy: `(async () => trustedTypes.createPolicy('own', {}))()`,
    worker: `(async () => new Worker(URL.createObjectURL(new Blob(['1']))))()`,
  }
  await page.evaluate(
    `globalThis.violations = []; document.addEventListener('securitypolicyviolation', (v) => violations.push([v.effectiveDirective, v.originalPolicy]))`,
  )
  for (const [name, attempt] of Object.entries(attempts)) {
    // In a task of its own: what the DevTools protocol evaluates itself is above the policy.
    const outcome = await page.evaluate(
      `new Promise((tell) => setTimeout(() => Promise.resolve().then(() => ${attempt}).then(() => tell('done'), () => tell('refused'))))`,
    )
    expect([name, outcome]).toEqual([name, 'refused'])
  }
  const violations = (await page.evaluate('violations')) as [string, string][]
  const broken = new Set(violations.map(([directive]) => directive))
  for (const directive of [
    'connect-src',
    'img-src',
    'script-src-elem',
    'require-trusted-types-for',
    'trusted-types',
    'style-src-elem',
  ])
    expect([...broken]).toContain(directive)
  expect(new Set(violations.map(([, policy]) => policy))).toEqual(new Set([PAGE_HEADERS['Content-Security-Policy']]))
})

test('[P15] 8. allowRunningInsecureContent is off', async () => {
  expect(preferences()).toMatchObject({ allowRunningInsecureContent: false })
})

test('[P15] 9. no experimental features', async () => {
  expect(preferences()).toMatchObject({ experimentalFeatures: false })
  expect(main).not.toMatch(/enable-experimental|enable-features/)
})

test('[P15] 10. enableBlinkFeatures is not used', async () => {
  expect(Object.keys(preferences() as object)).not.toContain('enableBlinkFeatures')
  expect(main).not.toMatch(/enableBlinkFeatures|enable-blink-features/)
})

test('[P15] 11. no webview, and so none that may open windows', async () => {
  expect(preferences()).toMatchObject({ webviewTag: false })
  expect(`${main}${html}`).not.toMatch(/allowpopups|<webview/i)
})

test('[P15] 12. a webview that comes to be nevertheless is not attached', async () => {
  expect(main).toMatch(/on\("will-attach-webview", \((\w+)\) => \1\.preventDefault\(\)\)/)
})

test('[P15] 13. the page does not leave', async () => {
  expect(mayNavigate(START_PAGE)).toBe(false)
  const before = page.url()
  for (const target of [
    'https://example.org/',
    'https://kabuken.app-scheme.invalid/other.html',
    'file:///etc/passwd',
    'data:text/html,x',
  ]) {
    await page.evaluate(`void (location.href = ${JSON.stringify(target)})`)
    await page.evaluate(
      `{ const a = document.createElement('a'); a.href = ${JSON.stringify(target)}; document.body.append(a); a.click(); a.remove() }`,
    )
  }
  await until('both were asked for', async () => {
    const asked = application.told.flatMap((told) =>
      told.kind === 'asked' && told.what === 'navigation' ? [told] : [],
    )
    expect(asked.filter(({ isAllowed }) => isAllowed)).toEqual([])
    return new Set(asked.map(({ url }) => url)).size >= 2 || undefined
  })
  expect(page.url()).toBe(before)
  expect(await page.evaluate(`typeof kabuken.call`)).toBe('function')
})

test('[P15] 14. the page opens no window', async () => {
  expect(windowOpenAnswer()).toEqual({ action: 'deny' })
  const pages = await openPages()
  // In a task of its own: what is evaluated waits for the window, which is closed before it answers.
  await page.evaluate(`void setTimeout(() => window.open('https://example.org/'))`)
  await page.evaluate(
    `void setTimeout(() => { const a = document.createElement('a'); a.href = 'about:blank'; a.target = '_blank'; document.body.append(a); a.click(); a.remove() })`,
  )
  await until('it was asked for', async () => {
    const asked = application.told.flatMap((told) =>
      told.kind === 'asked' && told.what === 'window' ? [told.isAllowed] : [],
    )
    return (asked.length > 0 && !asked.includes(true)) || undefined
  })
  await until('nothing is left of it', async () => (await openPages()) === pages || undefined)
})

test('[P15] 15. nothing of a page or a server is opened outside: shell.openExternal is not called', () => {
  expect(main).not.toMatch(/openExternal/)
})

test('[P15] 16. the version of Electron is pinned, and it is the one that the types and the packages are of', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: { electron: string }
  }
  const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string
  }
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/)
  expect(installed.version).toBe(devDependencies.electron)
  expect(Number.parseInt(installed.version, 10)).toBeGreaterThanOrEqual(45)
  expect(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')).not.toMatch(/electronVersion/)
})

/** Somebody who has what the preload has, in a frame of a page: the worst that a page could become. */
async function preloadOf(of: Page, isWanted: (frameId: string, mainFrame: string) => boolean) {
  const session = await of.context().newCDPSession(of)
  const { frameTree } = await session.send('Page.getFrameTree')
  const found = Promise.withResolvers<number>()
  session.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId } = context.auxData as { frameId: string }
    if (context.name === PRELOAD_WORLD && isWanted(frameId, frameTree.frame.id)) found.resolve(context.id)
  })
  await session.send('Runtime.enable')
  return { session, contextId: await found.promise }
}

async function invoke(
  { session, contextId }: { session: CDPSession; contextId: number },
  channel: string,
  ...values: unknown[]
) {
  const { result } = await session.send('Runtime.evaluate', {
    contextId,
    expression: `standIn.ipcRenderer.invoke(${[channel, ...values].map((value) => JSON.stringify(value)).join(', ')}).catch(String)`,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value as unknown
}

const settings = () => page.evaluate(`kabuken.call('settings.get', {}, undefined)`)
const SET = ['settings.set', { theme: 'dark' }] as const

test('[P15] [A54] 17. messages of a frame or of a second window are refused as bad_sender, and nothing changes', async () => {
  const before = await settings()
  await page.evaluate(`document.body.append(document.createElement('iframe'))`)
  const frame = await preloadOf(page, (frameId, mainFrame) => frameId !== mainFrame)
  const refused = { ok: false, error: { code: 'bad_sender' } }
  expect(await invoke(frame, CALL_CHANNEL, 1, ...SET)).toMatchObject(refused)
  await page.evaluate(`document.querySelector('iframe').remove()`)

  application.send({ kind: 'stray-window', url: START_PAGE })
  const stray = await application.window(1)
  expect(await stray.evaluate(`kabuken.call('settings.set', { theme: 'dark' }, undefined)`)).toMatchObject(refused)
  await stray.close()
  expect(await settings()).toEqual(before)
  const own = await preloadOf(page, (frameId, mainFrame) => frameId === mainFrame)
  expect(await invoke(own, CALL_CHANNEL, 1, 'settings.get', {})).toEqual(before)
})

test('[P15] 18. pages come over a protocol of our own, which serves the built screens and no other file', async () => {
  expect(main).not.toMatch(/loadFile\(|["'`]file:\/\//)
  expect(application.calls('protocol.registerSchemesAsPrivileged')).toEqual([
    [[{ scheme: 'app', privileges: { ...SCHEME_PRIVILEGES } }]],
  ])
  expect(SCHEME_PRIVILEGES).not.toHaveProperty('bypassCSP')
  const loaded = await page.evaluate(
    `Promise.all(['./theme.js', './../main/index.js', './%2e%2e/main/index.js', './licenses.md'].map((src) => new Promise((done) => {
      const s = document.createElement('img'); s.onerror = () => done('none'); s.onload = () => done('some'); s.src = src })))`,
  )
  expect(loaded).toEqual(['none', 'none', 'none', 'none'])
})

test('[P15] 19. the fuses are set one by one', () => {
  // Each has a test of its own in package.test.ts, on what is packaged.
  expect(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')).toMatch(/^electronFuses:$/m)
})

test('[P14] [P15] 20. nothing of Electron is given to the page: call, listen, and not one name more', async () => {
  const usual = await namesOfAnEmptyPage(page)
  // The library of the wire's schemas keeps its settings where every copy of it finds them.
  const added = namesAtStart.filter((name) => !usual.has(name) && !name.startsWith('__zod_'))
  expect(added).toEqual([EXPOSED_AS])
  expect(await page.evaluate(`Object.getOwnPropertyNames(kabuken).toSorted()`)).toEqual(['call', 'listen'])
  expect(
    await page.evaluate(
      `{ try { kabuken.call = () => 1 } catch {} try { globalThis.kabuken = 1 } catch {} } Object.isFrozen(kabuken) && typeof kabuken.call`,
    ),
  ).toBe('function')
  expect(application.calls('ipcMain.handle')).toEqual([[CALL_CHANNEL]])
  expect(application.calls('ipcMain.on')).toEqual([])
})

test('[A54] whatever a taken over page sends on whatever channel is refused, asks for no signature and changes nothing', async () => {
  const own = await preloadOf(page, (frameId, mainFrame) => frameId === mainFrame)
  const before = await page.evaluate(`kabuken.call('overview', {}, undefined)`)
  for (const channel of [EVENT_CHANNEL, PROGRESS_CHANNEL, 'wallet:confirm', 'ELECTRON_BROWSER_REQUIRE', 'shell', ''])
    expect(await invoke(own, channel, 1, 'lock.lock', {})).toMatch(/No handler registered/)

  const names = Object.keys(operations) as OperationName[]
  const strange = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withNullPrototype: false }),
    fc.record({ bytes: fc.base64String(), place: fc.constant('file'), text: fc.string(), quantity: fc.double() }),
  )
  const seed = Date.now() % 1_000_000
  const calls = fc
    .sample(fc.tuple(fc.oneof(fc.constantFrom<string>(...names), fc.string(), fc.constant('__proto__')), strange), {
      numRuns: 400,
      seed,
    })
    // What is well formed is what the API is for.
    .filter(
      ([name, input]) =>
        !(
          Object.hasOwn(operations, name) &&
          z.safeDecode(operations[name as OperationName].input, input as never).success
        ),
    )
  const codes = await page.evaluate(
    async (list) => {
      const { kabuken } = globalThis as unknown as {
        kabuken: { call: (...values: unknown[]) => Promise<{ ok: boolean; error?: { code: string } }> }
      }
      const found: string[] = []
      for (const [name, input] of list)
        found.push(
          await kabuken.call(name, input, undefined).then(
            (reply) => reply.error?.code ?? 'done',
            (error: unknown) => `cannot: ${String(error)}`,
          ),
        )
      return found
    },
    calls as [string, never][],
  )
  const odd = codes.flatMap((code, index) =>
    /^(?:unknown_operation|bad_\w+|cannot: .*)$/.test(code) ? [] : [[seed, code, calls[index]]],
  )
  expect(odd).toEqual([])
  expect(codes.length).toBeGreaterThan(300)
  for (const name of names)
    for (const input of [null, 'text', 7, [], { more: 1 }, { bytes: 'AAAA' }])
      expect(
        await page.evaluate(`kabuken.call(${JSON.stringify(name)}, ${JSON.stringify(input)}, undefined)`),
      ).toMatchObject({ ok: false })
  expect(application.dialogs).toEqual([])
  expect(await page.evaluate(`kabuken.call('overview', {}, undefined)`)).toEqual(before)
})
