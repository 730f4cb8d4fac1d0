import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../wallet/store/open-store.ts'
import { openPreferences } from './preferences.ts'

test.each([
  [true, 'plain'],
  [false, 'plain'],
  ['off', 'off'],
  ['full', 'full'],
])('notifications that were kept as %j are %s; nothing else is lost', async (kept, notifications) => {
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-preferences-'))
  const settings = { language: 'ja', theme: 'dark', hideAmounts: true, autoLockMinutes: 5, notifications: kept }
  const before = await openStore<{ settings: unknown; keyPlace: string }, { contacts: never; remarks: never }>({
    folder,
    empty: { settings: {}, keyPlace: 'os' },
    validate: (value) => value as { settings: unknown; keyPlace: string },
    collections: { contacts: (value) => value as never, remarks: (value) => value as never },
  })
  await before.update((draft) => void (draft.settings = settings))
  await before.close()
  const preferences = await openPreferences(folder, 'en')
  expect(preferences.read()).toMatchObject({ settings: { ...settings, notifications }, keyPlace: 'os' })
  await preferences.close()
  await rm(folder, { recursive: true, force: true })
})
