import { expect, test } from 'vitest'
import { strengthOf } from './NewPassphrase.tsx'

test.each([
  ['', 'short'],
  ['seven ch', 'weak'],
  ['1234567', 'short'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['washi and ink and', 'fair'],
  ['washi and ink and a quiet river', 'strong'],
])('the passphrase "%s" is %s', (passphrase, strength) => {
  expect(strengthOf(passphrase)).toBe(strength)
})
