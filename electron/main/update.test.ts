import { expect, test } from 'vitest'
import { UpdateRun, type Updater } from './update-run.ts'
import { mayUpdate } from './update-policy.ts'

const feed = 'provider: generic\nurl: https://updates.example.org/kabuken\nupdaterCacheDirName: kabuken-updater\n'
const named = `${feed}publisherName:\n  - Kabuken KK\n`

test.each([
  ['from source', false, 'darwin', named, false],
  ['nothing set up', true, 'darwin', undefined, false],
  ['macOS', true, 'darwin', feed, true],
  ['Windows, whose publisher is named', true, 'win32', named, true],
  ['Windows, named in one line', true, 'win32', `${feed}publisherName: Kabuken KK\n`, true],
  ['Windows, nobody named', true, 'win32', feed, false],
  ['Windows, an empty name', true, 'win32', `publisherName:\n${feed}`, false],
  ['Windows, an empty list', true, 'win32', `${feed}publisherName: []\n`, false],
  ['Windows, the name in a remark', true, 'win32', `${feed}# publisherName: Kabuken KK\n`, false],
  ['Linux, which checks no signature', true, 'linux', named, false],
  ['not encrypted on the way', true, 'darwin', feed.replace('https', 'http'), false],
  ['not encrypted, in quotes', true, 'darwin', "provider: generic\nurl: 'http://updates.example.org/'\n", false],
] as const)('updates, %s', (_, isPackaged, platform, configuration, may) => {
  expect(mayUpdate({ isPackaged, platform, configuration })).toBe(may)
})

interface Case {
  readonly isOn?: boolean
  readonly newer?: string
  readonly answers?: readonly number[]
  readonly breaks?: 'check' | 'load'
}

async function run({ isOn = true, newer, answers = [], breaks }: Case, byPerson: boolean) {
  const happened: string[] = []
  const states: string[] = []
  const said: string[] = []
  let next = 0
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    allowPrerelease: true,
    logger: console,
    checkForUpdates: async () => {
      if (breaks === 'check') throw new Error('no network')
      return { isUpdateAvailable: newer !== undefined, updateInfo: { version: newer ?? '0.1.0' } }
    },
    downloadUpdate: async () => {
      if (breaks === 'load') throw new Error('New version 2.0.0 is not signed by the application owner')
      happened.push('loaded')
    },
    quitAndInstall: () => void happened.push('installed'),
  }
  const updates: UpdateRun = new UpdateRun(isOn, {
    load: async () => {
      happened.push('updater')
      return updater
    },
    language: () => 'en',
    ask: async ({ message }) => {
      said.push(message)
      return answers[next++] ?? 1
    },
    onState: () => void states.push(updates.state.state),
    onFault: () => void happened.push('fault'),
    beforeInstall: async () => void happened.push('closed'),
  })
  await updates.check(byPerson)
  return { happened, states, said, updater, state: updates.state }
}

test('where updates are off nothing of the updater is loaded, also when a person asks', async () => {
  const { happened, said, state } = await run({ isOn: false, newer: '2.0.0' }, true)
  expect({ happened, said, state }).toEqual({ happened: [], said: [], state: { state: 'off' } })
})

test('nothing new: only whoever asked is told', async () => {
  expect(await run({}, false)).toMatchObject({ said: [], state: { state: 'current' } })
  expect((await run({}, true)).said).toEqual(['You have the newest version.'])
})

test('a newer version is loaded and installed after a yes each, and the wallet is closed before', async () => {
  const done = await run({ newer: '2.0.0', answers: [0, 0] }, false)
  expect(done.said).toEqual(['Kabuken 2.0.0 is there', 'Kabuken 2.0.0 is loaded'])
  expect(done.states).toEqual(['checking', 'available', 'loading', 'ready'])
  expect(done.happened).toEqual(['updater', 'loaded', 'closed', 'installed'])
  expect(done.updater).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
    allowPrerelease: false,
  })
})

test.each([
  ['before it is loaded', [], ['updater'], { state: 'available', version: '2.0.0' }],
  ['before it is installed', [0], ['updater', 'loaded'], { state: 'ready', version: '2.0.0' }],
])('who puts it off %s is left in peace', async (_, answers, happened, state) => {
  expect(await run({ newer: '2.0.0', answers }, true)).toMatchObject({ happened, state })
})

test('a version whose signature is not right is not installed, and that is said', async () => {
  const done = await run({ newer: '2.0.0', answers: [0, 0], breaks: 'load' }, false)
  expect(done.happened).toEqual(['updater', 'fault'])
  expect(done.said.at(-1)).toContain('Nothing was installed')
  expect(done.state).toEqual({ state: 'failed' })
})

test('without a network only whoever asked is told', async () => {
  expect(await run({ breaks: 'check' }, false)).toMatchObject({ said: [], happened: ['updater', 'fault'] })
  expect((await run({ breaks: 'check' }, true)).said).toHaveLength(1)
})
