import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock, processStart } from './lock.ts'
import { openSample, step } from './testing/sample.ts'
import { startChild } from './testing/run-child.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = (): string => join(folder, 'wallet.lock')

describe('one writer', () => {
  it('a second process is refused while the first lives, and opens the wallet after its kill -9', async () => {
    const child = startChild([folder, '0'])
    expect(await child.next()).toEqual({ opened: 0 })
    const before = readFileSync(join(folder, 'wallet.json'), 'utf8')
    await expect(openSample(folder)).rejects.toMatchObject({ name: 'StoreError', code: 'store_locked' })
    expect(readFileSync(join(folder, 'wallet.json'), 'utf8')).toBe(before)
    await child.kill()
    const store = await openSample(folder)
    expect(await step(store)).toBe(1)
    await store.close()
  })

  it('a second opening in the same process is refused until the first is closed', async () => {
    const store = await openSample(folder)
    await expect(openSample(folder)).rejects.toMatchObject({ code: 'store_locked' })
    await store.close()
    await (await openSample(folder)).close()
    expect(readdirSync(folder).toSorted()).toEqual(['certificates', 'wallet.json'])
  })

  it('of many who find a dead lock at once, one gets it', async () => {
    writeFileSync(path(), JSON.stringify({ pid: process.pid, started: 'in an earlier boot', token: '' }))
    const attempts = await Promise.allSettled(Array.from({ length: 16 }, () => acquireLock(path())))
    const won = attempts.filter((attempt) => attempt.status === 'fulfilled')
    expect(won).toHaveLength(1)
    await won[0]?.value.assertHeld()
    expect(readdirSync(folder)).toEqual(['wallet.lock'])
  })

  it('a dead lock is taken over although another died while it did so', async () => {
    const dead = JSON.stringify({ pid: process.pid, started: 'earlier', token: '' })
    writeFileSync(path(), dead)
    const right = `${path()}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`
    writeFileSync(right, JSON.stringify({ pid: process.pid, started: 'a little later', token: '' }))
    await (await acquireLock(path())).assertHeld()
    expect(readdirSync(folder)).toEqual(['wallet.lock'])
  })

  it.each([
    ['of a process that ended and whose number another one has', () => ({ pid: process.pid, started: 'earlier' })],
    ['of a number that nobody has', () => ({ pid: 2 ** 30, started: 'earlier' })],
    ['of no process', () => ({ pid: -1, started: 'earlier' })],
    ['cut off by a power cut', () => undefined],
  ])('the lock %s is taken over', async (_, holder) => {
    const text = JSON.stringify(holder())
    writeFileSync(path(), text ?? '')
    const lock = await acquireLock(path())
    await lock.assertHeld()
    await lock.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('who lost the lock writes no more, and leaves the lock of its new holder alone', async () => {
    const store = await openSample(folder)
    await step(store)
    const taken = JSON.stringify({ pid: process.pid, started: await processStart(process.pid), token: 'another' })
    writeFileSync(path(), taken)
    const before = readFileSync(join(folder, 'wallet.json'), 'utf8')
    await expect(step(store)).rejects.toMatchObject({ code: 'store_locked' })
    expect(store.read().counter).toBe(1)
    expect(readFileSync(join(folder, 'wallet.json'), 'utf8')).toBe(before)
    await store.close()
    expect(readFileSync(path(), 'utf8')).toBe(taken)
  })
})
