import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire, isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { extractAll, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { build, Platform, type Configuration } from 'electron-builder'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openedWith } from '../../electron/main/opened-with.ts'
import { Application, buildDesktop, SharedChromium, whyNot } from './application.ts'

const MINUTES_MS = 60_000
const ROOT = resolve(import.meta.dirname, '../..')
const whyNoPackage =
  process.platform === 'linux' ? undefined : 'only the package for Linux is made without Electron itself'

/** As Electron's binary carries them: sentinel, version of the wire, its length, and a digit for each fuse as Electron has them. */
const FUSES_AS_DELIVERED = '\ndL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009101100011\n'

/** Digits of the wire. */
const [OFF, ON] = ['0'.charCodeAt(0), '1'.charCodeAt(0)] as const

let folder: string
let built: string
let unpacked: string
let archive: string
let extracted: string
let entries: string[]
let config: Configuration

beforeAll(async () => {
  if (whyNoPackage !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'kabuken-package-'))
  built = await buildDesktop()
  const output = join(folder, 'dist')
  await build({
    projectDir: ROOT,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      extends: join(ROOT, 'electron-builder.yml'),
      electronDist: await emptyElectron(join(folder, 'electron')),
      directories: { output },
      // What was built just now, in place of what may lie about from another time.
      files: ['!out{,/**}', { from: built, to: 'out' }],
      afterPack: ({ packager, appOutDir }) => {
        config = packager.config
        unpacked = appOutDir
        return Promise.resolve()
      },
    },
  })
  archive = join(unpacked, 'resources/app.asar')
  entries = listPackage(archive, { isPack: false }).map((entry) => entry.replaceAll('\\', '/'))
  extracted = join(folder, 'extracted')
  extractAll(archive, extracted)
}, 5 * MINUTES_MS)

afterAll(async () => {
  if (whyNoPackage !== undefined) return
  for (const each of [folder, built]) await rm(each, { recursive: true, force: true })
})

/** A distribution of Electron without Electron: what electron-builder handles of it, its fuses included. */
async function emptyElectron(at: string): Promise<string> {
  await mkdir(join(at, 'locales'), { recursive: true })
  await mkdir(join(at, 'resources'))
  for (const locale of ['en-US', 'ja', 'fr']) await writeFile(join(at, 'locales', `${locale}.pak`), '')
  for (const licence of ['LICENSE', 'LICENSES.chromium.html']) await writeFile(join(at, licence), licence)
  await writeFile(join(at, 'electron'), FUSES_AS_DELIVERED, 'latin1')
  await chmod(join(at, 'electron'), 0o755)
  return at
}

beforeEach(({ skip }) => skip(whyNoPackage !== undefined, whyNoPackage))

const FUSES = [
  ['RunAsNode', 'off: the binary is no Node for others', OFF],
  ['EnableCookieEncryption', 'on', ON],
  ['EnableNodeOptionsEnvironmentVariable', 'off: no options from the environment', OFF],
  ['EnableNodeCliInspectArguments', 'off: nobody attaches a debugger', OFF],
  ['EnableEmbeddedAsarIntegrityValidation', 'on: a changed archive is not run', ON],
  ['OnlyLoadAppFromAsar', 'on: nothing beside the archive is run', ON],
  ['LoadBrowserProcessSpecificV8Snapshot', 'off: there is no snapshot of our own', OFF],
  ['GrantFileProtocolExtraPrivileges', 'off: file: is not used', OFF],
] as const

for (const [name, why, state] of FUSES)
  test(`[P15] fuse ${name} is ${why}`, async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'kabuken'))
    expect(wire[FuseV1Options[name]]).toBe(state)
  })

test('[P15] fuse WasmTrapHandlers stays as Electron has it, and nothing in the package is WebAssembly', async () => {
  const wire: Readonly<Record<string, unknown>> = { ...(await getCurrentFuseWire(join(unpacked, 'kabuken'))) }
  expect(wire['8']).toBe(ON)
  expect(Object.keys(wire)).not.toContain('9')
  expect(entries.filter((entry) => entry.endsWith('.wasm'))).toEqual([])
})

test('[P15] the archive is one whose integrity is kept, and all code but the addons is in it', async () => {
  expect(config.asar).not.toBe(false)
  expect(config.asar).not.toHaveProperty('disableIntegrity')
  expect(config.disableAsarIntegrity).toBeUndefined()
  const beside = await readdir(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
  const files = beside.filter((each) => each.isFile()).map(({ name }) => name)
  expect(files.filter((name) => !name.endsWith('.node'))).toEqual([])
  expect(await readdir(join(unpacked, 'resources'))).toEqual(expect.arrayContaining(['app.asar', 'app.asar.unpacked']))
})

test('what is packaged starts with what is packaged: every library is found, and the first screen shows', async ({
  skip,
}) => {
  skip(whyNot !== undefined, whyNot)
  const chromium = await SharedChromium.start()
  const home = join(folder, 'home')
  await mkdir(home)
  const application = Application.start({ built: join(extracted, 'out'), chromium, folder: home })
  const page = await application.window()
  await page.getByRole('heading', { name: 'Create your key' }).waitFor()
  expect(application.output).toBe('')
  await application.quit()
  await chromium.stop()
})

test('every library that the code names is in it, and the database opens', async () => {
  const code = entries.filter((entry) => /^\/out\/main\/.*\.js$/.test(entry))
  expect(code.length).toBeGreaterThan(0)
  const named = new Set<string>()
  for (const entry of code) {
    const text = await readFile(join(extracted, entry), 'utf8')
    for (const [, name] of text.matchAll(/(?:^import |\bfrom |\bimport\(|\brequire\()["']([^."'][^"']*)["']/gm))
      if (name !== undefined && name !== 'electron' && !isBuiltin(name)) named.add(name)
  }
  const libraries = [...named].map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  )
  expect(libraries).toContain('keytar')
  expect(libraries.filter((name) => !entries.includes(`/node_modules/${name}/package.json`))).toEqual([])
  const load = createRequire(join(extracted, 'out/main/index.js'))
  const Database = load('better-sqlite3') as new (file: string) => { prepare: (sql: string) => { get: () => unknown } }
  expect(new Database(':memory:').prepare('SELECT 1 AS one').get()).toEqual({ one: 1 })
})

test('no tests, no sources, nothing of other systems, no tools of development', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  const folders = entries.filter((entry) => !entry.startsWith('/node_modules/') && entry.split('/').length === 2)
  expect(folders.toSorted()).toEqual(['/LICENSE', '/node_modules', '/out', '/package.json'])
  expect(entries.filter((entry) => /\.(?:ts|tsx|map|test\.js|spec\.js|c|cc|cpp|h|gyp)$/.test(entry))).toEqual([])
  expect(
    entries.filter((entry) => /\/(?:__tests__|tests?|e2e|demo|bench|server|renderer\/(?:app|features))\//.test(entry)),
  ).toEqual([])
  const libraries = new Set(entries.flatMap((entry) => /\/node_modules\/((?:@[^/]+\/)?[^/@]+)$/.exec(entry)?.[1] ?? []))
  // Some are there in two versions, one of them for development.
  const forUse = new Set(
    Object.entries(packages).flatMap(([at, { dev }]) =>
      dev === true ? [] : [at.slice(at.lastIndexOf('node_modules/') + 13)],
    ),
  )
  expect([...libraries].filter((name) => !forUse.has(name) || name in devDependencies)).toEqual([])
  const addons = entries.filter((entry) => entry.endsWith('.node'))
  expect(addons.length).toBeGreaterThan(0)
  expect(addons.filter((entry) => !entry.includes(`${process.platform}-${process.arch}`))).toEqual([])
})

test('no secrets, and nothing of the machine that it was built on', async () => {
  expect(entries.filter((entry) => /\.(?:pem|key|p12|pfx|env|npmrc|log|sqlite|db)$/.test(entry))).toEqual([])
  for (const entry of entries.filter((each) => each.startsWith('/out/') && /\.(?:js|cjs|html|css|md)$/.test(each))) {
    const text = await readFile(join(extracted, entry), 'utf8')
    expect([
      entry,
      text.includes(ROOT),
      /-----BEGIN (?:EC |ENCRYPTED )?PRIVATE KEY-----\n?[A-Za-z0-9+/]{20}/.test(text),
    ]).toEqual([entry, false, false])
  }
  const manifest = JSON.parse(await readFile(join(extracted, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(manifest).not.toHaveProperty('scripts')
  expect(manifest).not.toHaveProperty('devDependencies')
  expect(entries).toContain(`/${String(manifest['main'])}`)
})

test('the licences of everything in it are in it', async () => {
  expect(entries).toContain('/LICENSE')
  expect(existsSync(join(unpacked, 'LICENSE.electron.txt'))).toBe(true)
  expect(existsSync(join(unpacked, 'LICENSES.chromium.html'))).toBe(true)
  const inScreens = await readFile(join(extracted, 'out/renderer/licenses.md'), 'utf8')
  for (const name of ['react', 'react-aria-components', 'uplot', 'zustand']) expect(inScreens).toContain(`## ${name}`)
  const without: string[] = []
  for (const entry of entries.filter((each) => /\/node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/.test(each))) {
    const at = entry.slice(0, -'/package.json'.length)
    const { license } = JSON.parse(await readFile(join(extracted, entry), 'utf8')) as { license?: unknown }
    const hasFile = entries.some((each) => each.startsWith(`${at}/`) && /\/licen[cs]e[^/]*$/i.test(each))
    if (!hasFile && typeof license !== 'string') without.push(at)
  }
  expect(without).toEqual([])
})

test('links and files that the system opens with it are those that it takes', () => {
  expect(config.protocols).toEqual([expect.objectContaining({ schemes: ['kabuken'] })])
  const associations = [config.fileAssociations, config.linux?.fileAssociations, config.mac?.fileAssociations].flat()
  expect(associations.length).toBeGreaterThan(3)
  for (const association of associations)
    for (const ext of [association?.ext].flat())
      expect(openedWith([`/home/a/given.${ext}`], '/')).toEqual([{ kind: 'file', path: `/home/a/given.${ext}` }])
})

test('for each system: an installer, the hardened runtime, and what the keychain needs; nothing is published', async () => {
  expect([config.win?.target, config.mac?.target, config.linux?.target].flat()).toEqual([
    'nsis',
    'dmg',
    'AppImage',
    'deb',
  ])
  expect(config.mac?.hardenedRuntime).toBe(true)
  const entitlements = await readFile(join(ROOT, config.mac?.entitlements ?? ''), 'utf8')
  expect(entitlements.match(/<key>([^<]+)<\/key>/g)).toEqual(['<key>com.apple.security.cs.allow-jit</key>'])
  expect(config.appImage?.executableArgs).toEqual([])
  expect(config.deb?.depends).toContain('libsecret-1-0')
  expect(config.publish).toBeNull()
  expect(config.npmRebuild).toBe(false)
})

test('the icons hold every size that the systems ask for', async () => {
  const ico = await readFile(join(ROOT, 'build/icon.ico'))
  const widths = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => ico.readUInt8(6 + 16 * index) || 256)
  expect(widths).toEqual([16, 24, 32, 48, 64, 128, 256])
  const icns = await readFile(join(ROOT, 'build/icon.icns'))
  expect(icns.subarray(0, 4).toString()).toBe('icns')
  expect(icns.readUInt32BE(4)).toBe(icns.length)
  for (const size of [16, 32, 48, 64, 128, 256, 512]) {
    const png = await readFile(join(ROOT, `build/icons/${size}x${size}.png`))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
  }
})
