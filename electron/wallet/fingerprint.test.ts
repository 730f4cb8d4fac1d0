import { expect, it } from 'vitest'
import { formatFingerprint } from './fingerprint.ts'

it('groups a fingerprint for comparing by eye', () => {
  expect(formatFingerprint('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8')).toBe(
    '0001 0203 0405 0607 0809 0A0B 0C0D 0E0F 1011 1213 1415 1617 1819 1A1B 1C1D 1E1F',
  )
})
