import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isOutOfDate } from './built.ts'
import { chooseWindow, electronBinary, hasDisplay, runElectron } from './window.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kabuken-window-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const HERE = { browser: false, isNew: false, hasDisplay: true, binary: '/electron' }

describe('where the wallet is shown', () => {
  test.each([
    ['its own window', {}, { kind: 'electron', binary: '/electron' }],
    ['a browser for who asks for it', { browser: true }, { kind: 'browser', why: 'as you asked' }],
    ['a browser for a new key', { isNew: true }, { kind: 'browser' }],
    ['a browser without a display', { hasDisplay: false }, { kind: 'browser', why: 'this machine has no display' }],
    ['a browser without Electron', { binary: undefined }, { kind: 'browser' }],
  ])('%s', (_, differently, expected) => {
    expect(chooseWindow({ ...HERE, ...differently })).toMatchObject(expected)
  })

  test.each<readonly [NodeJS.Platform, NodeJS.ProcessEnv, boolean]>([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['darwin', {}, true],
    ['darwin', { SSH_CONNECTION: 'a b' }, false],
    ['win32', {}, true],
  ])('%s with %j has a display: %s', (platform, env, expected) => {
    expect(hasDisplay(platform, env)).toBe(expected)
  })

  test('Electron is there when its package names a program that exists', () => {
    expect(electronBinary(folder)).toBeUndefined()
    writeFileSync(join(folder, 'path.txt'), 'electron')
    expect(electronBinary(folder)).toBeUndefined()
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist', 'electron'), '')
    expect(electronBinary(folder)).toBe(join(folder, 'dist', 'electron'))
  })

  test.each([
    ['fails at once', ['-e', 'process.exit(1)'], false],
    ['is closed', ['-e', ''], true],
  ])('a program that %s is told from one that runs', async (_, args, shown) => {
    expect(await runElectron(process.execPath, args).ended).toBe(shown)
  })

  test('one that is not there was not shown', async () => {
    expect(await runElectron(join(folder, 'none'), []).ended).toBe(false)
  })
})

describe('what is built', () => {
  const build = { sources: ['renderer', 'lock.json'], output: 'out/index.html' }
  const put = (path: string, second: number): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), '')
    utimesSync(join(folder, path), second, second)
  }

  test('is out of date while it is missing, and when any source is younger; tests do not count', () => {
    put('renderer/app/App.tsx', 100)
    put('lock.json', 100)
    expect(isOutOfDate(folder, build)).toBe(true)
    put('out/index.html', 200)
    expect(isOutOfDate(folder, build)).toBe(false)
    put('renderer/app/app.test.ts', 300)
    expect(isOutOfDate(folder, build)).toBe(false)
    put('renderer/app/App.tsx', 300)
    expect(isOutOfDate(folder, build)).toBe(true)
  })
})
