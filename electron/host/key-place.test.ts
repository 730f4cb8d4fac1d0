import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { err } from '../../shared/kernel/result.ts'
import { KeychainError } from '../wallet/keychain/keychain.ts'
import { KeyPlaces } from './key-place.ts'

const PASSPHRASE = 'washi and ink'
const secret = new Uint8Array(randomBytes(138))

let folder: string
let places: KeyPlaces

function openPlaces(): KeyPlaces {
  const nowhere = new KeychainError('keychain_unavailable', 'there is none here')
  return new KeyPlaces(folder, {
    open: () => {
      throw nowhere
    },
    detect: () => Promise.resolve(err(nowhere)),
  })
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabuken-key-place-'))
  const before = openPlaces()
  before.choose('file', PASSPHRASE)
  await before.create('wallet-1', secret)
  places = openPlaces()
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('the key that unlocking opened is given once without opening its file again', async () => {
  await places.unlock(PASSPHRASE)
  await rm(join(folder, 'keys'), { recursive: true })
  expect(await places.load('wallet-1')).toEqual(secret)
  await expect(places.load('wallet-1')).rejects.toMatchObject({ code: 'keychain_unavailable' })
})

test('[P14] after locking the key is opened by its passphrase only', async () => {
  await places.unlock(PASSPHRASE)
  places.forget()
  await expect(places.load('wallet-1')).rejects.toMatchObject({ code: 'passphrase_required' })
  await expect(places.unlock('another')).rejects.toMatchObject({ code: 'passphrase_wrong' })
  await expect(places.load('wallet-1')).rejects.toMatchObject({ code: 'passphrase_required' })
})

test('a key that was removed is gone, however lately it was opened', async () => {
  await places.unlock(PASSPHRASE)
  await places.remove('wallet-1')
  expect(await readdir(join(folder, 'keys'))).toEqual([])
  await expect(places.load('wallet-1')).rejects.toMatchObject({ code: 'keychain_unavailable' })
})
