import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { whyNoElectron } from './desktop.ts'
import { ALL_PASSED, STORY_LIMIT, tellStory } from './story.ts'

const FILES = readdirSync(join(import.meta.dirname, '../screens')).filter((name) => name.endsWith('.test.ts'))

for (const file of FILES)
  test(`[P15] the tests of the screens in Electron: ${file}`, STORY_LIMIT, async ({ skip }) => {
    if (whyNoElectron !== undefined) return skip(whyNoElectron)
    expect(await tellStory(file, 'electron')).toMatch(ALL_PASSED)
  })
