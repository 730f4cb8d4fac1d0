import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { randomIds, systemRandom } from '../../server/runtime/ids.ts'
import { toUtf8 } from '../../shared/kernel/bytes.ts'
import { endorsement } from '../../shared/documents/endorsement.ts'
import { requestTyp, TYP } from '../../shared/protocol/message.ts'
import { signingInput } from '../../shared/signing/jws.ts'
import type { Secret } from './keychain/keychain.ts'
import { Keys, type Signers } from './keys.ts'
import { openWalletStore, type Store } from './state.ts'

let folder: string
let store: Store
let signers: Signers

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-keys-'))
  store = await openWalletStore(folder)
  const secrets = new Map<string, Secret>()
  const keys = new Keys(
    store,
    {
      keychain: {
        load: (name) => Promise.resolve(secrets.get(name)),
        create: (name, secret) => Promise.resolve(void secrets.set(name, secret.slice())),
        remove: (name) => Promise.resolve(void secrets.delete(name)),
      },
      clock: { now: () => Date.UTC(2026, 0, 5) },
      random: systemRandom,
      ids: randomIds,
      fetch: () => Promise.reject(new Error('nothing is fetched')),
      openSocket: () => () => {
        throw new Error('nothing is connected')
      },
      schedule: () => () => {},
      confirm: () => Promise.resolve(true),
    },
    () => undefined,
  )
  await keys.create()
  signers = await keys.signers(undefined)
})

afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const bytesOf = (typ: string): Uint8Array => toUtf8(signingInput({ alg: 'ES256', typ, kid: 'A'.repeat(43) }, {}))

it.each([TYP.session, requestTyp('exchange.subscribe')])(
  'what a connection needs is signed unasked: %s',
  async (typ) => {
    expect(await signers.session.sign(bytesOf(typ))).toHaveLength(64)
  },
)

it.each(['exchange.order', 'issuer.reissue', 'issuer.transfer', 'settlement.claim', 'exchange.book'] as const)(
  '[P14] what a connection signs with signs no %s',
  async (operation) => {
    await expect(signers.session.sign(bytesOf(requestTyp(operation)))).rejects.toMatchObject({
      code: 'kind_not_allowed',
    })
  },
)

it.each([endorsement.typ, 'kabuken.share-certificate', ''])('[P14] nor a document of the kind "%s"', async (typ) => {
  await expect(signers.session.sign(bytesOf(typ))).rejects.toMatchObject({ code: 'kind_not_allowed' })
})
