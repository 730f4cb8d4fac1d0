import { expect, test } from 'vitest'
import { whyNot } from './application.ts'
import { ALL_PASSED, STORY_LIMIT, tellStory } from './story.ts'

/** Of the stories that Electron is told (electron.test.ts), those with the most files, dialogs and windows: everywhere, on the stand-in. */
for (const file of ['hand-over.test.ts', 'backup.test.ts'])
  test(`[P15] the tests of the screens on the desktop's stand-in: ${file}`, STORY_LIMIT, async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    expect(await tellStory(file, 'stand-in')).toMatch(ALL_PASSED)
  })
