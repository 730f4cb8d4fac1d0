import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeEnvelope } from './envelope.ts'
import { openStore } from './open-store.ts'
import { openSample, sampleOptions, step } from './testing/sample.ts'
import type { SampleStore } from './testing/sample.ts'

let folder: string
let stores: SampleStore[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-store-'))
  stores = []
})
afterEach(async () => {
  for (const store of stores) await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<SampleStore> {
  const store = await openSample(folder)
  stores.push(store)
  return store
}

/** A closed wallet after so many steps. */
async function written(steps: number): Promise<void> {
  const store = await openSample(folder)
  for (let n = 0; n < steps; n += 1) await step(store)
  await store.close()
}

const main = (): string => join(folder, 'wallet.json')
const rowNames = (): readonly string[] => readdirSync(join(folder, 'certificates')).toSorted()

/** Every file with its text: what a refusal must leave as it was. */
function everything(): Readonly<Record<string, string>> {
  const names = execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n').toSorted()
  return Object.fromEntries(names.map((name) => [name, readFileSync(name, 'utf8')]))
}

describe('updating', () => {
  it('a new wallet is empty and on the disk at once', async () => {
    const store = await open()
    expect(store.read()).toEqual({ counter: 0 })
    expect(store.collections.certificates.all().size).toBe(0)
    expect(store.recovered).toBe(false)
    expect(readdirSync(folder).toSorted()).toEqual(['certificates', 'wallet.json', 'wallet.lock'])
  })

  it('what an update changed is there after reopening', async () => {
    await written(5)
    const store = await open()
    expect(store.read()).toEqual({ counter: 5 })
    expect(store.collections.certificates.get('c5')).toEqual({ jws: 'j'.repeat(1500) })
    expect([...store.collections.certificates.all().keys()].toSorted()).toEqual(['c3', 'c4', 'c5'])
  })

  it('updates run one after another, each on what the one before left', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 20 }, () => store.update((draft) => void (draft.counter += 1))))
    expect(store.read().counter).toBe(20)
  })

  it('an update that throws changes nothing, neither state nor rows, and the next one works', async () => {
    const store = await open()
    await step(store)
    const before = everything()
    const failing = store.update((draft, { certificates }) => {
      draft.counter = 99
      certificates.put('c99', { jws: 'x' })
      throw new RangeError('no')
    })
    await expect(failing).rejects.toThrow(RangeError)
    await expect(store.update((draft) => void Object.assign(draft, { counter: 'x' }))).rejects.toThrow(TypeError)
    await expect(store.collections.certificates.put('c99', {} as never)).rejects.toThrow(TypeError)
    expect(store.read()).toEqual({ counter: 1 })
    expect(store.collections.certificates.get('c99')).toBeUndefined()
    expect(everything()).toEqual(before)
    expect(await step(store)).toBe(2)
  })

  it.each(['', '.', '..', '../c1', 'a/b', 'a.b', '-a', '__proto__', 'a'.repeat(81), '券'])(
    'the row ID %j, which would not be a safe file name, is a bug',
    async (id) => {
      const store = await open()
      await expect(store.collections.certificates.put(id, { jws: 'x' })).rejects.toMatchObject({
        name: 'AssertionError',
      })
      expect(rowNames()).toEqual([])
    },
  )

  it('rows are put, seen within the same update, replaced and removed', async () => {
    const store = await open()
    const { certificates } = store.collections
    await certificates.put('a', { jws: '1' })
    await certificates.put('A', { jws: '2' })
    const seen: unknown[] = []
    await store.update((_, rows) => {
      rows.certificates.put('a', { jws: '3' })
      rows.certificates.remove('A')
      seen.push(rows.certificates.get('a'), rows.certificates.get('A'))
    })
    expect(seen).toEqual([{ jws: '3' }, undefined])
    await certificates.remove('never there')
    expect(Object.fromEntries(certificates.all())).toEqual({ a: { jws: '3' } })
  })

  it('nothing that was read can be changed without an update', async () => {
    const store = await open()
    await step(store)
    expect(() => Object.assign(store.read(), { counter: 7 })).toThrow(TypeError)
    expect(() => Object.assign(store.collections.certificates.get('c1') ?? {}, { jws: '' })).toThrow(TypeError)
  })

  it('listeners hear of durable changes alone, until they leave', async () => {
    const store = await open()
    const heard: number[] = []
    const leave = store.subscribe(({ counter }) => heard.push(counter))
    await step(store)
    await expect(store.update(() => expect.unreachable())).rejects.toThrow('reach')
    await step(store)
    leave()
    await step(store)
    expect(heard).toEqual([1, 2])
  })

  it('an update that would go on after it returned is a bug', async () => {
    const store = await open()
    // oxlint-disable-next-line typescript/no-misused-promises -- that is what is tested
    const late = store.update(async (draft) => void (draft.counter = await Promise.resolve(3)))
    await expect(late).rejects.toMatchObject({ name: 'AssertionError' })
    expect(store.read().counter).toBe(0)
  })

  it('a closed store takes no updates', async () => {
    const store = await openSample(folder)
    await store.close()
    await expect(step(store)).rejects.toMatchObject({ name: 'AssertionError' })
  })

  it('row files that nothing names any more go: with the next commit but one, or at the next start', async () => {
    await written(5)
    // c2 is still named by the previous copy of wallet.json.
    expect(rowNames().map((name) => name.split('.')[0])).toEqual(['c2', 'c3', 'c4', 'c5'])
    writeFileSync(join(folder, 'certificates', 'c9.99.json'), 'left by a crash')
    writeFileSync(join(folder, 'certificates', 'README.txt'), 'not ours')
    await open()
    expect(rowNames().map((name) => name.split('.')[0])).toEqual(['README', 'c2', 'c3', 'c4', 'c5'])
  })

  it('[P14] every file is its owner’s alone, also where somebody opened it to others', async () => {
    await written(3)
    execFileSync('chmod', ['-R', 'go+rX', folder])
    const store = await open()
    for (let n = 0; n < 4; n += 1) await step(store)
    const modes = Object.keys(everything()).map((path) => [path, (statSync(path).mode & 0o777).toString(8)])
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
    expect(modes).toHaveLength(2 + 1 + 4)
  })
})

describe('damage', () => {
  const harm: Readonly<Record<string, (text: string) => string>> = {
    'cut off': (text) => text.slice(0, text.length / 2),
    empty: () => '',
    'full of zeros, as ext4 leaves a file that was not synced': (text) => '\0'.repeat(text.length),
    'of another shape': () => '[]',
    'with a changed digit': (text) => text.replace('"counter":5', '"counter":6'),
    'without a version': (text) => text.replace('"schemaVersion":1,', ''),
    'with version 0': (text) => text.replace('"schemaVersion":1', '"schemaVersion":0'),
  }

  it.each(Object.entries(harm))(
    '[P3] wallet.json %s: the previous copy is used, said so, nothing deleted',
    async (_, spoil) => {
      await written(5)
      const damaged = spoil(readFileSync(main(), 'utf8'))
      writeFileSync(main(), damaged)
      const store = await open()
      expect(store.recovered).toBe(true)
      expect(store.setAside).toEqual([`${main()}.damaged-1`])
      expect(readFileSync(`${main()}.damaged-1`, 'utf8')).toBe(damaged)
      expect(store.read().counter).toBe(4)
      // c5 was written with the lost state and must not be lost with it; c2 was just gone and is one too many.
      expect([...store.collections.certificates.all().keys()].toSorted()).toEqual(['c2', 'c3', 'c4', 'c5'])
      expect(store.lost).toEqual([])
      await step(store)
      await store.close()
      const again = await open()
      expect(again.recovered).toBe(false)
      expect(again.read().counter).toBe(5)
    },
  )

  it('a second damage is set aside under the next number', async () => {
    await written(3)
    for (const n of [1, 2]) {
      writeFileSync(main(), 'x')
      const store = await openSample(folder)
      await step(store)
      await store.close()
      expect(store.setAside).toEqual([`${main()}.damaged-${String(n)}`])
    }
  })

  it('a wallet.json that is gone is recovered from the previous copy', async () => {
    await written(5)
    rmSync(main())
    const store = await open()
    expect([store.recovered, store.setAside, store.read().counter]).toEqual([true, [], 4])
  })

  it('[P3] when the copy is damaged too, opening is refused and every file stays', async () => {
    await written(5)
    writeFileSync(main(), '{')
    writeFileSync(`${main()}.bak`, '{')
    const before = everything()
    await expect(open()).rejects.toMatchObject({ name: 'StoreError', code: 'store_damaged' })
    expect(everything()).toEqual(before)
  })

  it('[P3] certificates without a wallet.json are no new wallet, and stay', async () => {
    await written(5)
    rmSync(main())
    rmSync(`${main()}.bak`)
    const before = everything()
    await expect(open()).rejects.toMatchObject({ code: 'store_damaged' })
    expect(everything()).toEqual(before)
  })

  it('a damaged certificate is named and set aside, a missing one is named, and the others are there', async () => {
    await written(5)
    const path = (id: string): string =>
      join(folder, 'certificates', rowNames().find((name) => name.startsWith(`${id}.`)) ?? '')
    const spoilt = path('c4')
    writeFileSync(spoilt, 'x')
    rmSync(path('c3'))
    const store = await open()
    expect(store.recovered).toBe(true)
    expect(store.lost.map(({ id }) => id).toSorted()).toEqual(['c3', 'c4'])
    expect(store.setAside).toEqual([`${spoilt}.damaged-1`])
    expect([...store.collections.certificates.all().keys()]).toEqual(['c5'])
  })
})

describe('versions', () => {
  const twice = { state: (old: unknown) => ({ counter: (old as { counter: number }).counter * 2 }) }
  const renamed = {
    state: (old: unknown) => old,
    rows: { certificates: (old: unknown) => ({ jws: `v3 ${(old as { jws: string }).jws}` }) },
  }

  it('[P16] an older wallet goes through the migrations in their order, and is then of the new version', async () => {
    await written(1)
    const migrations = [twice, renamed]
    const store = await openStore({ ...sampleOptions(folder), migrations })
    expect(store.read().counter).toBe(2)
    expect(store.collections.certificates.get('c1')?.jws.slice(0, 5)).toBe('v3 jj')
    await store.collections.certificates.put('new', { jws: 'written by version 3' })
    await store.close()
    const again = await openStore({ ...sampleOptions(folder), migrations })
    stores.push(again)
    expect(again.read().counter).toBe(2)
    expect(again.collections.certificates.get('c1')?.jws.slice(0, 5)).toBe('v3 jj')
    expect(again.collections.certificates.get('new')?.jws).toBe('written by version 3')
  })

  it('[P16] a wallet of a newer version is refused and not touched', async () => {
    await written(1)
    await (await openStore({ ...sampleOptions(folder), migrations: [twice] })).close()
    const before = everything()
    await expect(open()).rejects.toMatchObject({ code: 'store_newer_version' })
    expect(everything()).toEqual(before)
  })

  it('[P16] a snapshot of an older version is accepted as this one has it, and replaces everything at once', async () => {
    await written(4)
    const old = await open()
    const snapshot = old.snapshot()
    await old.close()
    expect(snapshot.schemaVersion).toBe(1)
    const where = join(folder, 'other')
    const other = await openStore({ ...sampleOptions(where), migrations: [twice, renamed] })
    stores.push(other)
    await other.update((draft, { certificates }) => {
      draft.counter = 70
      certificates.put('c4', { jws: 'goes' })
      certificates.put('gone', { jws: 'goes too' })
    })
    await other.replace(other.accept(snapshot))
    expect(other.read().counter).toBe(8)
    expect([...other.collections.certificates.all().keys()].toSorted()).toEqual(['c2', 'c3', 'c4'])
    expect(other.collections.certificates.get('c4')?.jws.slice(0, 5)).toBe('v3 jj')
  })

  it.each([
    ['of a newer version', 'store_newer_version', { schemaVersion: 2 }],
    ['with another state', 'store_invalid', { state: {} }],
    ['with another collection', 'store_invalid', { rows: { coupons: {} } }],
    ['with a row of another kind', 'store_invalid', { rows: { certificates: { c1: 7 } } }],
    ['with a row that is no file name', 'store_invalid', { rows: { certificates: { '../c1': { jws: 'x' } } } }],
  ])('[P16] a snapshot %s is %s, and nothing is stored', async (_, code, change) => {
    await written(1)
    const store = await open()
    const before = everything()
    expect(() => store.accept({ ...store.snapshot(), ...change })).toThrow(expect.objectContaining({ code }))
    expect(everything()).toEqual(before)
  })

  it.each([
    ['state', encodeEnvelope(1, { state: { counter: 'many' }, sequence: 9, rows: {} })],
    ['layout', encodeEnvelope(1, { counter: 1 })],
    ['collection', encodeEnvelope(1, { state: { counter: 1 }, sequence: 9, rows: { coupons: {} } })],
  ])('a whole file with another %s is the program’s fault: refused, no copy used, not touched', async (_, text) => {
    await written(3)
    writeFileSync(main(), text)
    const before = everything()
    await expect(open()).rejects.toMatchObject({ code: 'store_invalid' })
    expect(everything()).toEqual(before)
  })

  it('a folder that cannot be one is store_unavailable', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(openSample(join(folder, 'file', 'wallet'))).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
