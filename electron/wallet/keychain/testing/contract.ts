import { deepEqual, equal, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { loadExisting, MAX_SECRET_BYTES } from '../keychain.ts'
import type { Keychain, Secret } from '../keychain.ts'

/** A keychain, and what somebody can do to its entries without it. */
export interface Subject {
  readonly keychain: Keychain
  readonly read: (name: string) => Promise<string | undefined>
  readonly write: (name: string, stored: string) => Promise<void>
  readonly erase: (name: string) => Promise<void>
  readonly alterations: Readonly<Record<string, (stored: string) => string>>
}

export interface Case {
  readonly title: string
  readonly run: (subject: Subject) => Promise<void>
}

export function someSecret(length = 138): Secret {
  return new Uint8Array(randomBytes(length))
}

/** Each case uses names of its own, so that all may run against one keychain. */
export const CONTRACT: readonly Case[] = [
  {
    title: '[P14] a secret that was created is loaded byte for byte, from 1 byte to the largest',
    async run({ keychain }) {
      for (const length of [1, 138, MAX_SECRET_BYTES]) {
        const secret = someSecret(length)
        await keychain.create(`length${String(length)}`, secret)
        deepEqual(await keychain.load(`length${String(length)}`), secret)
      }
    },
  },
  {
    title: '[A56] an entry is never overwritten: creating it again is keychain_exists',
    async run({ keychain, read }) {
      const secret = someSecret()
      await keychain.create('twice', secret)
      const stored = await read('twice')
      await rejects(keychain.create('twice', someSecret()), { name: 'KeychainError', code: 'keychain_exists' })
      equal(await read('twice'), stored)
      deepEqual(await keychain.load('twice'), secret)
    },
  },
  {
    title: '[A56] of two creations of one name at once, one succeeds and its secret is what is kept',
    async run({ keychain }) {
      const secrets = [someSecret(), someSecret()]
      const outcomes = await Promise.allSettled(secrets.map((secret) => keychain.create('race', secret)))
      const won = outcomes.findIndex(({ status }) => status === 'fulfilled')
      equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      deepEqual(await keychain.load('race'), secrets[won])
    },
  },
  {
    title: '[A56] a missing entry loads as undefined, is keychain_missing where it must exist, and none is made',
    async run({ keychain, read }) {
      equal(await keychain.load('never'), undefined)
      await rejects(loadExisting(keychain, 'never'), { code: 'keychain_missing' })
      await rejects(keychain.remove('never'), { code: 'keychain_missing' })
      equal(await read('never'), undefined)
    },
  },
  {
    title: 'a removed entry is gone, and its name is free again',
    async run({ keychain, read }) {
      await keychain.create('gone', someSecret())
      await keychain.remove('gone')
      equal(await keychain.load('gone'), undefined)
      equal(await read('gone'), undefined)
      const secret = someSecret()
      await keychain.create('gone', secret)
      deepEqual(await loadExisting(keychain, 'gone'), secret)
    },
  },
  {
    title: '[A56] an entry deleted behind our back is missing, and none is made in its place',
    async run({ keychain, read, erase }) {
      await keychain.create('erased', someSecret())
      await erase('erased')
      await rejects(loadExisting(keychain, 'erased'), { code: 'keychain_missing' })
      equal(await read('erased'), undefined)
    },
  },
  {
    title: '[A56] an entry altered behind our back is keychain_damaged and stays as it is',
    async run({ keychain, read, write, alterations }) {
      const secret = someSecret()
      await keychain.create('altered', secret)
      const stored = (await read('altered')) ?? ''
      for (const [alteration, alter] of Object.entries(alterations)) {
        const altered = alter(stored)
        await write('altered', altered)
        await rejects(keychain.load('altered'), { code: 'keychain_damaged' }, alteration)
        await rejects(keychain.create('altered', someSecret()), { code: 'keychain_exists' }, alteration)
        equal(await read('altered'), altered)
      }
      await write('altered', stored)
      deepEqual(await keychain.load('altered'), secret)
    },
  },
  {
    title: '[A56] an entry put under another name is keychain_damaged',
    async run({ keychain, read, write }) {
      await keychain.create('mine', someSecret())
      await write('theirs', (await read('mine')) ?? '')
      await rejects(keychain.load('theirs'), { code: 'keychain_damaged' })
    },
  },
  {
    title: 'a name that is no file name, an empty secret and one that is too long are bugs',
    async run({ keychain }) {
      const bug = { name: 'AssertionError', message: /^a (key name|secret) has 1 to/ }
      for (const name of ['', '.', '../key', 'a b', '鍵', 'a'.repeat(65)]) {
        await rejects(keychain.load(name), bug)
        await rejects(keychain.create(name, someSecret()), bug)
        await rejects(keychain.remove(name), bug)
      }
      await rejects(keychain.create('empty', new Uint8Array()), bug)
      await rejects(keychain.create('long', someSecret(MAX_SECRET_BYTES + 1)), bug)
      equal(await keychain.load('empty'), undefined)
    },
  },
]
