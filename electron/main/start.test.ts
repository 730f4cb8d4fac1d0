import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { closingMeans } from './closing.ts'
import { crashDialog, isRestart, needsPerson, startFailure, type Crash } from './crash.ts'
import { BACKGROUND } from './policy.ts'
import { readSwitches } from './switches.ts'
import { keepWindowState, placeWindow, readWindowState, type WindowState } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'kabuken-window-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  [[], {}],
  [
    ['--wallet=/w', '--passphrase-file=p.txt', '--language=ja'],
    { wallet: '/w', passphraseFile: '/here/p.txt', language: 'ja' },
  ],
  [['--wallet=a', '--wallet=b=c'], { wallet: '/here/b=c' }],
  [['--language=de', '--wallet=', '--wallet', '/w'], {}],
  [['--wallets=/w', 'wallet=/w', 'kabuken://join?--wallet=/w', '-wallet=/w'], {}],
])('the start %j', (argv, switches) => {
  expect(readSwitches(argv, '/here')).toEqual(switches)
})

// ---------------------------------------------------------------------------------------------------------------- window

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const beside = { x: 1440, y: 0, width: 1920, height: 1040 }
const at = (x: number, y: number, width = 1000, height = 700): WindowState => ({
  bounds: { x, y, width, height },
  isMaximised: false,
})

test.each([
  ['the first time', undefined, [laptop], { width: 1200, height: 800 }],
  [
    'the first time, on a small display',
    undefined,
    [{ x: 0, y: 0, width: 800, height: 600 }],
    { width: 800, height: 600 },
  ],
  ['as it was left', at(100, 100), [laptop], { x: 100, y: 100, width: 1000, height: 700 }],
  ['on the second display', at(1500, 10), [laptop, beside], { x: 1500, y: 10, width: 1000, height: 700 }],
  ['the second display is gone', at(1500, 10), [laptop], { width: 1000, height: 700 }],
  ['partly outside', at(900, -50), [laptop], { x: 440, y: 25, width: 1000, height: 700 }],
  ['larger than the display', at(0, 0, 4000, 3000), [laptop], { x: 0, y: 25, width: 1440, height: 875 }],
  ['only a corner is left to see', at(1400, 860), [laptop], { width: 1000, height: 700 }],
  ['smaller than it may be', at(100, 100, 10, 10), [laptop], { x: 100, y: 100, width: 360, height: 480 }],
  ['no display is known', at(100, 100), [], { width: 1000, height: 700 }],
] as const)('the window opens: %s', (_, kept, areas, place) => {
  expect(placeWindow(kept, areas)).toEqual({ ...place, isMaximised: false })
})

test('the window’s place is kept as it was left, and nothing else stays in the folder', () => {
  const file = join(folder, 'made', 'window.json')
  const state = { ...at(-5, 7), isMaximised: true }
  keepWindowState(file, at(1, 1))
  keepWindowState(file, state)
  expect(readWindowState(file)).toEqual(state)
  expect(readdirSync(join(folder, 'made'))).toEqual(['window.json'])
  expect(placeWindow(state, [laptop]).isMaximised).toBe(true)
})

test.each([
  '',
  '{',
  'null',
  '{"bounds":{"x":0,"y":0,"width":0,"height":1},"isMaximised":false}',
  '{"bounds":{"x":1e9}}',
])('a file of a window’s place that holds %j is ignored', (text) => {
  const file = join(folder, 'bad.json')
  writeFileSync(file, text)
  expect(readWindowState(file)).toBeUndefined()
})

test('a place that cannot be kept is no fault', () => {
  keepWindowState(join(folder, 'bad.json', 'below-a-file'), at(0, 0))
  expect(existsSync(join(folder, 'bad.json', 'below-a-file'))).toBe(false)
  expect(readWindowState(join(folder, 'none.json'))).toBeUndefined()
})

test('the window before the first paint has the colour of the screens’ paper', () => {
  const tokens = readFileSync(join(import.meta.dirname, '../../renderer/ui/tokens.css'), 'utf8')
  expect(tokens).toContain(`--paper: light-dark(${BACKGROUND.light}, ${BACKGROUND.dark})`)
})

test.each([
  [undefined, 'quit'],
  ['none', 'quit'],
  ['stopped', 'quit'],
  ['failed', 'quit'],
  ['making', 'hide'],
  ['starting', 'hide'],
  ['ready', 'hide'],
] as const)('with servers that are %s, closing the window means: %s; quitting quits', (state, means) => {
  expect(closingMeans(state, false)).toBe(means)
  expect(closingMeans(state, true)).toBe('quit')
})

// --------------------------------------------------------------------------------------------------------------- crashes

const crashes: readonly (readonly [Crash, boolean])[] = [
  [{ kind: 'main' }, true],
  [{ kind: 'page', reason: 'crashed' }, true],
  [{ kind: 'page', reason: 'oom' }, true],
  [{ kind: 'page', reason: 'clean-exit' }, false],
  [{ kind: 'process', reason: 'crashed' }, false],
  [{ kind: 'process', reason: 'killed' }, false],
  [{ kind: 'process', reason: 'launch-failed' }, true],
  [{ kind: 'process', reason: 'integrity-failure' }, true],
]

test.each(crashes)('%j is for a person to decide: %s', (crash, isAsked) => {
  expect(needsPerson(crash)).toBe(isAsked)
})

test.each(['en', 'ja'] as const)(
  'a crash is told in words (%s), with the place of the log, to restart or to quit',
  (language) => {
    for (const [crash] of crashes) {
      const dialog = crashDialog(crash, language, '/logs/kabuken.log')
      expect(dialog.detail).toContain('/logs/kabuken.log')
      expect(dialog.buttons).toHaveLength(2)
      expect(isRestart(dialog.defaultId)).toBe(true)
      expect(isRestart(dialog.cancelId)).toBe(false)
      expect(`${dialog.message}${dialog.detail}`).not.toMatch(/Error|\bat \w|undefined/)
    }
  },
)

test.each(['store_locked', 'store_damaged', 'passphrase_wrong', 'file_unreadable'])(
  'a start that fails for %s says what to do',
  (code) => {
    for (const language of ['en', 'ja'] as const) {
      const { title, text } = startFailure(code, language, '/logs/kabuken.log')
      expect(title).toContain('Kabuken')
      expect(text).toContain('/logs/kabuken.log')
      expect(text).not.toContain(code)
    }
    expect(startFailure('toString', 'en', '/l').text).toContain('(toString)')
  },
)
