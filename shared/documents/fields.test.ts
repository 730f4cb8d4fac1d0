import { expect, test } from 'vitest'
import { isCertifiedName } from './fields.ts'

test.each([
  ['the same', '山田 太郎', '山田 太郎', true],
  ['the same in parts that Unicode puts together', 'がく'.normalize('NFD'), 'がく', true],
  ['of other letters', '山田 次郎', '山田 太郎', false],
  ['in other letters of one look', 'Αoi', 'Aoi', false],
  ['with another case', 'aoi', 'Aoi', false],
  ['with a space more', 'Aoi  Hanada', 'Aoi Hanada', false],
])('[CA1] a name that is %s', (_title, given, certified, same) => {
  expect(isCertifiedName(given, certified)).toBe(same)
})
