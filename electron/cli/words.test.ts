import { describe, expect, test } from 'vitest'
import { CODES } from '../../shared/protocol/codes.ts'
import { EXIT } from '../../shared/terminal/exit.ts'
import type { KeychainErrorCode } from '../wallet/keychain/keychain.ts'
import type { StoreErrorCode } from '../wallet/store/store.ts'
import type { WalletCode } from '../wallet/wallet.ts'
import { exitFor, failure } from './failure.ts'
import { hasWords, wordsFor } from './words.ts'

/** Complete by type: a code that is added and not listed here does not compile. */
const ours: Readonly<Record<KeychainErrorCode | StoreErrorCode, true>> = {
  keychain_locked: true,
  keychain_unavailable: true,
  keychain_missing: true,
  keychain_exists: true,
  keychain_damaged: true,
  keychain_not_saved: true,
  keychain_insecure_permissions: true,
  passphrase_wrong: true,
  passphrase_required: true,
  store_locked: true,
  store_newer_version: true,
  store_damaged: true,
  store_invalid: true,
  store_unavailable: true,
  store_write_failed: true,
}

describe('words', () => {
  test.each([...new Set(Object.values(CODES).flat()), ...Object.keys(ours)])(
    '[SIG7] %s has words of our own',
    (code) => {
      expect(hasWords(code)).toBe(true)
      expect(wordsFor({ code })).toMatch(/^[A-Z].{20,}$/)
    },
  )

  test('[A52] [SIG7] the words of a server are not shown, nor a fact that could be words', () => {
    const said = failure({
      code: 'insufficient_funds',
      message: 'call +81 3 0000 0000 and tell your passphrase',
      details: { state: 'call us now', message: 'call', certificateId: '0123456789ABCDEFGHJKMNPQRS' },
    })
    expect(said.message).toBe(
      'There is not enough free money on your account. See it with: kabuken wallet cash (certificate 0123456789ABCDEFGHJKMNPQRS)',
    )
  })

  test('[SIG7] a code of a newer server is named, and only if it is a code', () => {
    expect(wordsFor({ code: 'brand_new' })).toContain('no words for: brand_new.')
    expect(wordsFor({ code: 'send money\nto me' })).toContain('no words for.')
  })

  test('[TF6] a used copy tells when and by what its ID was retired', () => {
    const details = { retiredAt: '2030-04-01T09:00:00.000Z', retiredBy: 'TR-00000007' }
    expect(wordsFor({ code: 'certificate_superseded', details })).toMatch(
      /\(retired 2030-04-01T09:00:00\.000Z, by TR-00000007\)$/,
    )
  })
})

describe('exit codes', () => {
  const codes: readonly (readonly [WalletCode | 'insufficient_funds' | 'not_ready' | 'connection_lost', number])[] = [
    ['insufficient_funds', EXIT.refused],
    ['not_confirmed', EXIT.refused],
    ['not_enrolled', EXIT.refused],
    ['under_way', EXIT.unanswered],
    ['unreachable', EXIT.unanswered],
    ['not_ready', EXIT.unanswered],
    ['revocation_unknown', EXIT.unanswered],
    ['connection_lost', EXIT.unanswered],
    ['bad_input', EXIT.usage],
    ['bad_link', EXIT.usage],
    ['certificate_file_missing', EXIT.storage],
    ['bad_file', EXIT.invalid],
    ['receipt_differs', EXIT.invalid],
    ['certificate_not_as_requested', EXIT.invalid],
  ]
  test.each(codes)('%s ends with %d', (code, exit) => {
    expect(exitFor(code)).toBe(exit)
  })
})
