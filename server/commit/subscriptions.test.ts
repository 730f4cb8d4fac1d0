import { afterEach, beforeEach, expect, test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAX_TOPICS } from '../../shared/protocol/limits.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import type { RoleStore } from './store.ts'
import { Subscriptions } from './subscriptions.ts'

let folder: string
let store: RoleStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-subscriptions-'))
  store = openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'exchange', tables: {} })
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

test('[P12] a session follows so many topics and no more, until it leaves one', () => {
  const subscriptions = new Subscriptions(store)
  const [send, other] = [(): void => {}, (): void => {}]
  const topic = (i: number): string => `market:S${i}:common`
  for (let i = 0; i < MAX_TOPICS; i += 1) {
    expect(subscriptions.mayAdd(topic(i), send)).toBe(true)
    subscriptions.add(topic(i), undefined, send)
  }
  expect(subscriptions.mayAdd(topic(MAX_TOPICS), send)).toBe(false)
  expect(subscriptions.mayAdd(topic(0), send)).toBe(true)
  expect(subscriptions.mayAdd(topic(MAX_TOPICS), other)).toBe(true)
  subscriptions.remove(topic(0), send)
  expect(subscriptions.mayAdd(topic(MAX_TOPICS), send)).toBe(true)
  subscriptions.removeAll(send)
})

test('nobody hears anything after the end of the session', () => {
  const subscriptions = new Subscriptions(store)
  const heard: string[] = []
  const send = (jws: string): void => void heard.push(jws)
  for (const topic of ['market:A:common', 'market:B:common']) subscriptions.add(topic, undefined, send)
  subscriptions.publish([{ topic: 'market:A:common', sequence: 1n, at: 0, jws: 'first' }])
  subscriptions.removeAll(send)
  subscriptions.publish([{ topic: 'market:A:common', sequence: 2n, at: 0, jws: 'second' }])
  expect(heard).toEqual(['first'])
  expect(subscriptions.mayAdd('market:C:common', send)).toBe(true)
})
