import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isErrno } from '../store/durable-write.ts'
import { fileKeychain } from './file.ts'
import { sealKeyFile } from './key-file.ts'
import type { Keychain } from './keychain.ts'
import { CONTRACT, someSecret } from './testing/contract.ts'
import { spellings } from './testing/spellings.ts'

let folder: string
/** Made once, because making one takes a second. */
let sealed: string
const sealedSecret = someSecret()
const PASSPHRASE = '株券 とかぎ'

beforeAll(async () => {
  sealed = await sealKeyFile('key', sealedSecret, PASSPHRASE)
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pathOf = (name: string): string => join(folder, `${name}.key.json`)

function keychainWith(passphrase: string | undefined): Keychain {
  return fileKeychain({ folder, passphrase: () => Promise.resolve(passphrase) })
}

/** The sealed file with one change, and the checksum that anybody can compute again. */
function forged(from: RegExp, to: string): string {
  const text = sealed.replace(from, to)
  expect(text).not.toBe(sealed)
  const file = JSON.parse(text)
  const { version, name, kdf, cipher, nonce } = file
  const bound = ['kabuken key file', version, name, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher, nonce]
  const sha256 = createHash('sha256')
    .update(`${JSON.stringify(bound)}${file.sealed}`)
    .digest('hex')
  return JSON.stringify({ ...file, sha256 })
}

describe('the key file as a keychain', () => {
  const alterations = {
    'cut off': (text: string) => text.slice(0, -20),
    empty: () => '',
    'another letter in the ciphertext': (text: string) =>
      text.replace(/"sealed": "(.)/, (_, first) => `"sealed": "${first === 'A' ? 'B' : 'A'}`),
    'another salt': (text: string) => text.replace(/"salt": "[^"]+"/, `"salt": "${'A'.repeat(22)}"`),
    'a member more': (text: string) => text.replace('{', '{ "more": 1,'),
    'a newer version': (text: string) => text.replace('"version": 1', '"version": 2'),
    'a megabyte more': (text: string) => text + ' '.repeat(2 ** 20),
  }
  it.each(CONTRACT)('$title', { timeout: 60_000 }, async ({ run }) => {
    const ran = run({
      keychain: keychainWith(PASSPHRASE),
      alterations,
      write: (name, stored) => writeFile(pathOf(name), stored, { mode: 0o600 }),
      erase: (name) => rm(pathOf(name)),
      read: (name) =>
        readFile(pathOf(name), 'utf8').catch((error: unknown) => {
          if (isErrno(error, 'ENOENT')) return undefined
          throw error
        }),
    })
    await expect(ran).resolves.toBeUndefined()
  })
})

describe('the key file', () => {
  it('[P14] it is its owner’s alone and holds neither key nor passphrase in any spelling', async () => {
    const secret = someSecret()
    await keychainWith(PASSPHRASE).create('key', secret)
    expect(readdirSync(folder)).toEqual(['key.key.json'])
    expect(statSync(pathOf('key')).mode & 0o777).toBe(0o600)
    const text = readFileSync(pathOf('key'), 'latin1')
    for (const spelling of [...spellings(secret), ...spellings(Buffer.from(PASSPHRASE))]) {
      expect(text.includes(spelling)).toBe(false)
    }
  })

  it('the same key and passphrase never give the same file', async () => {
    const [keychain, secret] = [keychainWith(PASSPHRASE), someSecret()]
    await keychain.create('a', secret)
    await keychain.create('b', secret)
    const members = ['a', 'b'].map((name) => JSON.parse(readFileSync(pathOf(name), 'utf8')))
    expect(members[0].kdf.salt).not.toBe(members[1].kdf.salt)
    expect(members[0].nonce).not.toBe(members[1].nonce)
    expect(members[0].kdf).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 })
  })

  it('[A56] another passphrase is passphrase_wrong, none is passphrase_required, and the file stays', async () => {
    await keychainWith(PASSPHRASE).create('key', someSecret())
    const before = readFileSync(pathOf('key'), 'utf8')
    await expect(keychainWith(`${PASSPHRASE}.`).load('key')).rejects.toMatchObject({ code: 'passphrase_wrong' })
    for (const nothing of [undefined, '']) {
      await expect(keychainWith(nothing).load('key')).rejects.toMatchObject({ code: 'passphrase_required' })
      await expect(keychainWith(nothing).create('new', someSecret())).rejects.toMatchObject({
        code: 'passphrase_required',
      })
    }
    expect(readdirSync(folder)).toEqual(['key.key.json'])
    expect(readFileSync(pathOf('key'), 'utf8')).toBe(before)
  })

  it('a passphrase is the same in decomposed letters and with an ideographic space', async () => {
    const secret = someSecret()
    await keychainWith('が ぎ').create('key', secret)
    expect(await keychainWith('が\u3000ぎ'.normalize('NFD')).load('key')).toEqual(secret)
  })

  it.each(['640', '604', '644', '620', '660'])('[P14] a key file with mode %s is refused', async (mode) => {
    const keychain = keychainWith(PASSPHRASE)
    writeFileSync(pathOf('key'), sealed)
    chmodSync(pathOf('key'), mode)
    const refusal = { code: 'keychain_insecure_permissions' }
    await expect(keychain.load('key')).rejects.toMatchObject(refusal)
    chmodSync(pathOf('key'), 0o600)
    expect(await keychain.load('key')).toEqual(sealedSecret)
  })

  it.each([
    ['a petabyte of memory', /"N": 131072/, '"N": 1099511627776'],
    ['a gigabyte of memory', /"N": 131072/, '"N": 1048576'],
    ['less memory than we ask for', /"N": 131072/, '"N": 16384'],
    ['a table size that is no power of two', /"N": 131072/, '"N": 131073'],
    ['wider blocks', /"r": 8/, '"r": 4096'],
    ['endless lanes', /"p": 1/, '"p": 1000000'],
    ['another function', /"scrypt"/, '"none"'],
    ['another cipher', /"A256GCM"/, '"none"'],
  ])('[A56] a file that asks for %s is refused before the passphrase is asked', async (_, from, to) => {
    writeFileSync(pathOf('key'), forged(from, to), { mode: 0o600 })
    const asks = fileKeychain({ folder, passphrase: () => expect.unreachable('it asked for the passphrase') })
    await expect(asks.load('key')).rejects.toMatchObject({ code: 'keychain_damaged' })
  })

  it.each([
    ['a cost that is allowed', /"N": 131072/, '"N": 262144', 'key'],
    ['more lanes', /"p": 1/, '"p": 2', 'key'],
    ['another name', /"name": "key"/, '"name": "other"', 'other'],
  ])(
    '[A56] a forged file with %s and a fitting checksum does not open',
    { timeout: 20_000 },
    async (_, from, to, name) => {
      writeFileSync(pathOf(name), forged(from, to), { mode: 0o600 })
      await expect(keychainWith(PASSPHRASE).load(name)).rejects.toMatchObject({ code: 'passphrase_wrong' })
    },
  )

  it('a folder that cannot be one gives keychain_not_saved, and nothing is kept elsewhere', async () => {
    writeFileSync(join(folder, 'file'), '')
    const keychain = fileKeychain({ folder: join(folder, 'file'), passphrase: () => Promise.resolve(PASSPHRASE) })
    expect(await keychain.load('key')).toBeUndefined()
    await expect(keychain.create('key', someSecret())).rejects.toMatchObject({ code: 'keychain_not_saved' })
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('a file brought from another machine is the same key: it can be backed up', async () => {
    writeFileSync(pathOf('key'), sealed, { mode: 0o600 })
    expect(await keychainWith(PASSPHRASE).load('key')).toEqual(sealedSecret)
  })
})
