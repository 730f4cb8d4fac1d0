import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { StoreError } from '../wallet/store/store.ts'
import { olderOf, openLog, redacted } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'kabuken-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PRIVATE = 'zQx7mQy0o4cM3v1gWq8n2b5R9tK6uL0pJ4hF7dS1aZc'
const DER = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz'

/** Each with the part that must not be in the log, whatever brought it there. */
const canaries: readonly (readonly [what: string, text: string, secret: string])[] = [
  ['a private key as JWK', JSON.stringify({ kty: 'EC', crv: 'P-256', d: PRIVATE }), PRIVATE],
  ['the same inside a string', JSON.stringify({ cause: JSON.stringify({ d: 'short-one' }) }), 'short-one'],
  ['a private key as PEM', `-----BEGIN PRIVATE KEY-----\n${DER}\n-----END PRIVATE KEY-----`, DER],
  ['half a PEM', `-----BEGIN PRIVATE KEY-----\n${DER.slice(0, 30)}`, DER.slice(0, 30)],
  ['a key in base64', `load ${DER}=`, DER],
  ['a passphrase', 'passphrase: correct-horse', 'correct-horse'],
  ['a passphrase in JSON', '{"passphrase":"correct horse battery"}', 'correct horse battery'],
  ['the passphrase of the environment', 'KABUKEN_WALLET_PASSPHRASE=correct-horse', 'correct-horse'],
  ['an invitation', '{"invitation":"WELCOME-7"}', 'WELCOME-7'],
  ['a signed request', 'eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln', 'eyJhIjoxfQ'],
  ['a sealed account', 'eyJhbGciOiJFQ0RIIn0..aXY.Y2lwaGVy.dGFn', 'Y2lwaGVy'],
  ['an account number', 'account 4012888888881881 is closed', '4012888888881881'],
  ['an account number in groups', 'account 4012 8888 8888 1881', '8888'],
  ['an account number as a member', '{"accountNumber":"12345"}', '12345'],
  ['a certificate ID', 'certificate 01J8Z3K5Q7R9T1V3X5Y7ZABCDE is pending', '01J8Z3K5Q7R9T1V3X5Y7Z'],
  ['the link that opens a browser’s wallet', `http://127.0.0.1:4711/open/${PRIVATE}`, PRIVATE],
]

test.each(canaries)('[P14] %s does not reach the log', (_, text, secret) => {
  const file = join(folder, 'canary', 'wallet.log')
  const log = openLog(file)
  log.note('note', { text })
  log.fault('fault', new Error(text, { cause: new Error(text) }))
  log.fault('fault', text)
  log.fault('fault', Object.assign(new Error('x'), { code: text }))
  const written = readFileSync(file, 'utf8')
  expect(written).not.toContain(secret)
  expect(written).not.toContain(JSON.stringify(secret).slice(1, -1))
  rmSync(file)
})

test('what helps to find a fault stays: its code, its words, its place, the end of an ID, what caused it', () => {
  const file = join(folder, 'fault.log')
  const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  openLog(file).fault('store', new StoreError('store_write_failed', 'state.json cannot be written', { cause }), {
    attempt: 2,
    order: 'OR-00000007',
    id: '01J8Z3K5Q7R9T1V3X5Y7ZABCDE',
  })
  const line = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  expect(line).toMatchObject({
    msg: 'store',
    code: 'store_write_failed',
    reason: 'state.json cannot be written',
    attempt: 2,
    order: 'OR-00000007',
    id: '…BCDE',
    cause: { code: 'ENOSPC', reason: 'no space left' },
  })
  expect(line['stack']).toMatch(/electron\/host\/log\.test\.ts:\d+:\d+/)
})

test('the person’s name in the path of the home folder is left out', () => {
  expect(redacted('/home/hanako/wallet is locked', '/home/hanako')).toBe('~/wallet is locked')
})

test('a text is cut, and a log of full size becomes the older one; an older one is replaced', () => {
  const file = join(folder, 'kabuken.log')
  const log = openLog(file, 10_000)
  for (let entry = 0; entry < 40; entry += 1) log.note(`entry ${entry}`, { text: 'é '.repeat(1000) })
  expect(statSync(file).size).toBeLessThanOrEqual(10_000)
  expect(statSync(olderOf(file)).size).toBeLessThanOrEqual(10_000)
  expect(readFileSync(file, 'utf8')).toContain('entry 39')
  openLog(file, 10_000).note('after a new start')
  expect(readFileSync(file, 'utf8')).toContain('after a new start')
  expect(redacted('x '.repeat(9000)).length).toBeLessThan(5000)
})

test('a log that cannot be written ends nothing', () => {
  const file = join(folder, 'fault.log', 'below-a-file', 'wallet.log')
  openLog(file).note('lost')
  expect(existsSync(file)).toBe(false)
})
