import { describe, expect, it } from 'vitest'
import { osKeychain } from './os.ts'
import type { SystemKeychain } from './os.ts'
import { CONTRACT, someSecret } from './testing/contract.ts'
import { missingPrograms, runInSession } from './testing/keyring-session.ts'
import { spellings } from './testing/spellings.ts'

const missing = process.platform === 'linux' ? missingPrograms() : ['Linux']
const SESSION_TESTS = CONTRACT.length + 7
if (missing.length > 0) {
  console.warn(`SKIPPED ${String(SESSION_TESTS)} tests of the system keychain: ${missing.join(', ')} missing`)
}

describe.skipIf(missing.length > 0)('the keychain of the system, with a real keyring', { timeout: 60_000 }, () => {
  describe('as a keychain', () => {
    let results: Record<string, string> | undefined
    it.each(CONTRACT)('$title', ({ title }) => {
      results ??= runInSession('open', 'contract').result as Record<string, string>
      expect(results[title]).toBe('ok')
    })
  })

  it('[A56] locked, with nobody to unlock it: every call is keychain_locked, no key is made, and it is there afterwards', () => {
    const locked = 'keychain_locked'
    const calls = { load: locked, loadUnknown: locked, create: locked, createAgain: locked, remove: locked }
    expect(runInSession('open', 'locked').result).toEqual({
      whileLocked: { ...calls, detected: { code: locked, cause: expect.stringContaining('locked') } },
      afterwards: { keyKept: true, another: 'nothing' },
    })
  })

  it('[A56] a keychain that does not answer is keychain_unavailable in bounded time, and what was given up is not done later', () => {
    const no = 'keychain_unavailable'
    expect(runInSession('open', 'stopped').result).toEqual({
      whileStopped: { load: no, loadUnknown: no, create: no, createAgain: no, remove: no },
      afterwards: { keyKept: true, another: 'nothing' },
    })
  })

  it.each([
    ['not set up', /does not exist/],
    ['no bus', /connect/],
    ['no libsecret', /Failed to load/],
  ] as const)('[A56] with a keyring %s, every call is keychain_unavailable and names the cause', (session, cause) => {
    const no = 'keychain_unavailable'
    expect(runInSession(session, 'everyCall').result).toEqual({
      load: no,
      loadUnknown: no,
      create: no,
      createAgain: no,
      remove: no,
      detected: { code: no, cause: expect.stringMatching(cause) },
    })
  })

  it('[P16] a backup is restored into it, beside the key that it was made of', () => {
    expect(runInSession('open', 'restored').result).toEqual({
      done: [true, true],
      namesDiffer: true,
      sameKey: true,
      inPlain: false,
    })
  })

  it('[P14] detecting it leaves no probe behind, and no key is in plain in its files', () => {
    const { result, files } = runInSession('open', 'detect')
    expect(result).toEqual({ verdict: 'works', labels: ['kabuken/key'] })
    expect(files.length).toBeGreaterThan(0)
    for (const spelling of spellings(Buffer.from('a private key that must be nowhere in plain text'))) {
      expect(files.some((file) => file.includes(spelling))).toBe(false)
    }
  })
})

/** A system keychain with a defect, which no real one shows on request. */
function defective(store: (value: string) => string | undefined): {
  system: SystemKeychain
  entries: Map<string, string>
} {
  const entries = new Map<string, string>()
  const key = (service: string, account: string): string => `${service}/${account}`
  const system: SystemKeychain = {
    getPassword: (service, account) => Promise.resolve(entries.get(key(service, account)) ?? null),
    setPassword(service, account, value) {
      const kept = service === 'kabuken' ? store(value) : value
      if (kept !== undefined) entries.set(key(service, account), kept)
      return Promise.resolve()
    },
    deletePassword: (service, account) => Promise.resolve(entries.delete(key(service, account))),
  }
  return { system, entries }
}

describe('a system keychain that lies', () => {
  it.each([
    ['keeps nothing', () => undefined],
    ['cuts long values', (value: string) => value.slice(0, 100)],
  ])('[A56] one that %s but reports success is keychain_not_saved', async (_, store) => {
    const { system } = defective(store)
    const keychain = osKeychain({ system: () => Promise.resolve(system) })
    await expect(keychain.create('key', someSecret())).rejects.toMatchObject({ code: 'keychain_not_saved' })
  })

  it('[P14] the system sees our version, and asking leaves no probe behind', async () => {
    const { system, entries } = defective((value) => value)
    const keychain = osKeychain({ system: () => Promise.resolve(system) })
    await keychain.create('key', someSecret())
    expect(await keychain.load('unknown')).toBeUndefined()
    expect([...entries.keys()]).toEqual(['kabuken/key'])
    expect(entries.get('kabuken/key')).toMatch(/^v1\./)
  })
})
