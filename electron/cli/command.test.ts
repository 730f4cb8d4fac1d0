import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atDesk } from '../../server/cli/operator.ts'
import { openSmallMarket, type SmallMarket } from '../../server/node/testing/small-market.ts'
import { writeMarketFile } from '../../shared/market/market-link.ts'
import { acquireLock } from '../wallet/store/lock.ts'

/** The command itself, as a process, against a running node: what a script sees of it. */

const COMMAND = fileURLToPath(new URL('../../bin/kabuken.mjs', import.meta.url))
const PASSPHRASE = 'a passphrase for the test'
const TRIES = 20

let market: SmallMarket

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Standard input is no terminal, so nobody can be asked. */
function kabuken(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const own = { KABUKEN_WALLET_PASSPHRASE: PASSPHRASE, NODE_COMPILE_CACHE: join(market.folder, 'compiled'), ...env }
    const options = { cwd: market.folder, env: { ...process.env, ...own } }
    const child = execFile(process.execPath, [COMMAND, 'wallet', ...args], options, (_error, stdout, stderr) =>
      resolve({ exit: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.end()
  })
}

/** Each test names the members that it means. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

/** What a command of a person's wallet prints with `--json`. */
async function json(person: string, ...args: string[]): Promise<Json> {
  const ended = await kabuken([...args, '--wallet', person, '--json'])
  if (ended.exit !== 0) throw new Error(`${args.join(' ')} ended with ${ended.exit}: ${ended.stderr}`)
  return JSON.parse(ended.stdout)
}

/** Exit code and code of a command that must fail. */
async function refused(person: string, ...args: string[]): Promise<{ exit: number; code: string }> {
  const { exit, stdout, stderr } = await kabuken([...args, '--wallet', person, '--json'])
  const { code, message } = JSON.parse(stdout).error
  expect(stderr).toContain(`kabuken: ${message} [${code}]`)
  return { exit, code }
}

const list = async (person: string): Promise<Json[]> => json(person, 'certificates')

/** Asks until the servers have seen to it; each question is a process of its own, which is pause enough. */
async function until<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (let i = 0; i < TRIES; i++) {
    const answer = await ask()
    if (answer !== undefined) return answer
  }
  throw new Error('it did not come about')
}

beforeAll(async () => {
  market = await openSmallMarket('星空 Brewing')
  writeFileSync(join(market.folder, 'market.json'), writeMarketFile(market.place.loaded.config.market))
})

afterAll(() => market.close())

const deposit = (userId: string): Promise<unknown> =>
  atDesk('settlement', { config: market.place.config }, (desk) =>
    desk.ask('settlement.deposit', {
      userId,
      currency: 'JPY',
      amountMinor: 1_000_000n,
      reference: `bank-${userId}`,
      operator: 'test',
    }),
  )

describe('from an empty folder to shares', { timeout: 180_000 }, () => {
  it('a wallet that is not there is not made by looking at it', async () => {
    expect(await refused('aoi', 'status')).toEqual({ exit: 2, code: 'no_wallet' })
  })

  it('[A56] the key goes into an encrypted file only when asked for, never in plain, and never a second one', async () => {
    const nobody = await kabuken(['init', '--wallet', 'aoi', '--keys', 'file', '--json'], {
      KABUKEN_WALLET_PASSPHRASE: '',
    })
    expect(nobody.exit).toBe(5)
    expect(JSON.parse(nobody.stdout).error.code).toBe('passphrase_required')
    const made = await json('aoi', 'init', '--keys', 'file')
    expect(made).toMatchObject({ keys: 'file', folder: join(market.folder, 'aoi') })
    expect(await refused('aoi', 'init')).toEqual({ exit: 3, code: 'key_exists' })
  })

  it('a market is joined only after its fingerprint was confirmed', async () => {
    expect(await refused('aoi', 'enrol', '--join', market.link)).toEqual({ exit: 3, code: 'root_not_confirmed' })
    expect(await refused('aoi', 'enrol', '--join', 'kabuken://join?root=x')).toEqual({ exit: 2, code: 'bad_link' })
    expect((await json('aoi', 'status')).market).toBeNull()
  })

  it('[CA1] without a terminal and without --yes nothing is signed', async () => {
    const form = ['--name', 'Aoi Hanada', '--address', '3-1 Kawabata']
    const joined = ['enrol', '--join', market.link, '--root-confirmed', ...form]
    expect(await refused('aoi', ...joined)).toEqual({ exit: 3, code: 'not_confirmed' })
    expect((await json('aoi', 'status')).enrolment).toEqual({ state: 'none' })
    expect(await json('aoi', 'enrol', ...form, '--yes')).toMatchObject({ state: 'approved' })
  })

  it('[CA1] the link can come as a file', async () => {
    await json('botan', 'init', '--keys', 'file')
    const form = ['--name', 'Botan Kisaragi', '--address', '12 Lantern Row']
    const enrolment = await json('botan', 'enrol', '--join', 'market.json', '--root-confirmed', '--yes', ...form)
    expect(enrolment.identity.notAfter).toMatch(/^\d{4}-\d{2}-\d{2}T/)
  })

  it('a wrong passphrase and a wallet in use are told apart, and nothing happens', async () => {
    const wrong = await kabuken(['cash', 'open', '--yes', '--json', '--wallet', 'aoi'], {
      KABUKEN_WALLET_PASSPHRASE: 'another',
    })
    expect(wrong.exit).toBe(5)
    expect(JSON.parse(wrong.stdout).error.code).toBe('passphrase_wrong')
    const lock = await acquireLock(join(market.folder, 'aoi', 'wallet.lock'))
    expect(await refused('aoi', 'status')).toEqual({ exit: 5, code: 'store_locked' })
    await lock.release()
    expect((await json('aoi', 'status')).accounts).toEqual([])
  })

  it('[SE4] accounts are opened, and show what was paid in', async () => {
    for (const person of ['aoi', 'botan']) {
      expect(await json(person, 'cash', 'open', '--yes')).toMatchObject({ currency: 'JPY', state: 'open' })
      await deposit((await json(person, 'status')).enrolment.identity.userId)
    }
    expect(await json('aoi', 'cash')).toMatchObject({ balanceMinor: '1000000', availableMinor: '1000000' })
  })

  it('[SE5] a statement is written as CSV and never over another file', async () => {
    expect(await json('aoi', 'cash', '--csv', 'cash.csv')).toEqual({ file: 'cash.csv', entries: 1 })
    expect(readFileSync(join(market.folder, 'cash.csv'), 'utf8')).toMatch(/,deposit,1000000,0,1000000,JPY,bank-/)
    expect(await refused('aoi', 'cash', '--csv', 'cash.csv')).toEqual({ exit: 2, code: 'file_exists' })
  })

  it('[IS2] the terms are shown before a subscription is signed, and the certificate comes', async () => {
    await atDesk('issuer', { config: market.place.config }, (desk) =>
      desk.ask('issuer.offer', {
        security: 'HOSHI',
        shareClass: 'common',
        terms: 'One vote a share.',
        priceMinor: 1_000n,
        quantity: 1_000n,
        opensAt: Date.now() - 60_000,
        closesAt: Date.now() + 3_600_000,
        operator: 'test',
      }),
    )
    const [offering] = await json('aoi', 'offerings')
    const subscribe = ['subscribe', offering.offeringNumber, '100', '--wallet', 'aoi']
    const asked = await kabuken(subscribe)
    expect(asked).toMatchObject({ exit: 3, stdout: '' })
    expect(asked.stderr).toMatch(/One vote a share\.[^]*To be signed: subscription/)
    expect(await list('aoi')).toEqual([])
    const done = await kabuken([...subscribe, '--yes'])
    expect(done).toMatchObject({ exit: 0 })
    expect(done.stdout).toMatch(/星空 Brewing {2}HOSHI common {7}100 {2}live/)
    expect(await refused('aoi', 'subscribe', offering.offeringNumber, '950', '--yes')).toEqual({
      exit: 3,
      code: 'offering_exhausted',
    })
    expect(await refused('aoi', 'subscribe', 'OF-000099', '1', '--yes')).toEqual({ exit: 3, code: 'offering_unknown' })
  })
})

describe('trading', { timeout: 180_000 }, () => {
  it('a wrong command line is usage, whatever is wrong with it', async () => {
    expect(await refused('aoi', 'order', 'buy', 'HOSHI', '5')).toEqual({ exit: 2, code: 'bad_usage' })
    expect(await refused('aoi', 'order', 'buy', 'HOSHI', '5', '--limit', '1.5')).toEqual({
      exit: 2,
      code: 'bad_amount',
    })
    const both = await kabuken(['order', 'buy', 'HOSHI', '5', '--wallet', 'aoi', '--limit', '1', '--market'])
    expect(both).toMatchObject({ exit: 2, stdout: '' })
    expect((await kabuken(['order', 'buy', 'HOSHI', 'many', '--wallet', 'aoi'])).exit).toBe(2)
  })

  it('[TR1] a refusal has its code and words of our own', async () => {
    expect(await refused('aoi', 'order', 'buy', 'NOBODY', '5', '--market')).toEqual({ exit: 3, code: 'not_listed' })
    const far = ['order', 'buy', 'HOSHI', '5', '--limit', '1']
    expect(await refused('aoi', ...far, '--yes')).toEqual({ exit: 3, code: 'price_collar' })
  })

  it('[TR3] a part of a certificate is sold, and the seller keeps the rest', async () => {
    const sale = ['order', 'sell', 'HOSHI', '40', '--limit', '1,000']
    const asked = await kabuken([...sale, '--wallet', 'aoi'])
    expect(asked.exit).toBe(3)
    expect(asked.stderr).toMatch(/you keep +60 under a new certificate ID/)
    const placed = await json('aoi', ...sale, '--yes')
    expect(placed).toMatchObject({ remainder: '60', certificateIds: [expect.any(String)] })
    expect((await json('aoi', 'book', 'HOSHI')).asks).toMatchObject([{ priceMinor: '1000', quantity: '40' }])
    await json('botan', 'order', 'buy', 'HOSHI', '40', '--limit', '1,000', '--yes')
    for (const [person, shares] of [
      ['botan', '40'],
      ['aoi', '60'],
    ] as const)
      await until(async () => {
        await json(person, 'sync')
        const live = (await list(person)).filter(({ state }) => state === 'live')
        return live.length === 1 && live[0].quantity === shares ? live : undefined
      })
    expect(await json('aoi', 'order', 'show', placed.receptionNumber)).toMatchObject({ state: 'filled', filled: '40' })
  })

  it('[TR10] an order is replaced, cancelled, and gives its certificate back', async () => {
    const { receptionNumber } = await json('botan', 'order', 'sell', 'HOSHI', '40', '--limit', '1,100', '--yes')
    expect(await list('botan')).toMatchObject([{ state: 'pending', pending: { kind: 'offered' } }])
    const replaced = ['order', 'replace', receptionNumber, '--quantity', '10', '--yes']
    expect(await json('botan', ...replaced)).toEqual({ receptionNumber, remaining: '10' })
    expect(await json('botan', 'order', 'cancel', receptionNumber, '--yes')).toEqual({
      receptionNumber,
      cancelled: '10',
    })
    expect(await refused('botan', 'order', 'cancel', receptionNumber, '--yes')).toEqual({
      exit: 3,
      code: 'order_not_open',
    })
    await json('botan', 'sync')
    expect(await list('botan')).toMatchObject([{ state: 'live', quantity: '40' }])
    expect(await json('botan', 'order', 'list', '--open')).toEqual([])
  })
})

describe('hand-over and reissue', { timeout: 180_000 }, () => {
  const send = (certificateId: string, out: string): string[] => [
    'transfer',
    'send',
    certificateId,
    '--to',
    'botan.json',
    '--quantity',
    '20',
    '--cause',
    'gift',
    '--out',
    out,
    '--yes',
  ]

  it('[TF2] what is handed over is verified check by check, and an altered file is invalid', async () => {
    await json('botan', 'transfer', 'identity', 'botan.json')
    const [{ certificateId }] = await list('aoi')
    await json('aoi', ...send(certificateId, 'gift.json'))
    const report = await json('botan', 'transfer', 'receive', 'gift.json')
    expect(report).toMatchObject({ verdict: 'valid', endorsement: { quantity: '20', transferorName: 'Aoi Hanada' } })
    const gift = JSON.parse(readFileSync(join(market.folder, 'gift.json'), 'utf8'))
    const altered = gift.endorsement.replace(/.{4}$/, 'AAAA')
    writeFileSync(join(market.folder, 'altered.json'), JSON.stringify({ ...gift, endorsement: altered }))
    const seen = await kabuken(['transfer', 'receive', 'altered.json', '--wallet', 'botan'])
    expect(seen.exit).toBe(6)
    expect(seen.stdout).toMatch(/FAILED[^]*INVALID/)
    expect((await kabuken(['transfer', 'accept', 'altered.json', '--yes', '--wallet', 'botan'])).exit).toBe(6)
    expect(await refused('botan', 'transfer', 'receive', 'market.json')).toEqual({ exit: 6, code: 'bad_file' })
    expect(await refused('botan', 'transfer', 'receive', 'nowhere.json')).toEqual({ exit: 2, code: 'file_unreadable' })
  })

  it('[TF3] [TF4] [TF6] it is accepted once, and the rest comes back', async () => {
    const accepted = await json('botan', 'transfer', 'accept', 'gift.json', '--yes')
    expect(accepted).toMatchObject([{ state: 'live', quantity: '20' }])
    expect((await kabuken(['transfer', 'accept', 'gift.json', '--yes', '--wallet', 'botan'])).exit).toBe(6)
    await until(async () => {
      await json('aoi', 'sync')
      const [held, ...others] = await list('aoi')
      return others.length === 0 && held.state === 'live' && held.quantity === '40' ? held : undefined
    })
  })

  it('[TF5] it is withdrawn, and the file is worthless', async () => {
    const [{ certificateId }] = await list('aoi')
    await json('aoi', ...send(certificateId, 'second.json'))
    expect(await list('aoi')).toMatchObject([{ state: 'pending', pending: { kind: 'endorsed' } }])
    await json('aoi', 'transfer', 'export', certificateId, 'again.json')
    expect(readFileSync(join(market.folder, 'again.json'))).toEqual(readFileSync(join(market.folder, 'second.json')))
    expect(await json('aoi', 'transfer', 'withdraw', certificateId, '--yes')).toMatchObject([{ quantity: '40' }])
    expect((await kabuken(['transfer', 'receive', 'second.json', '--wallet', 'botan'])).exit).toBe(6)
  })

  it('[RE3] a split adds up exactly or is not signed', async () => {
    const [{ certificateId }] = await list('aoi')
    expect(await refused('aoi', 'reissue', 'split', certificateId, '30', '11', '--yes')).toEqual({
      exit: 3,
      code: 'quantities_differ',
    })
    const parts = await json('aoi', 'reissue', 'split', certificateId, '30', '10', '--yes')
    expect(parts.map(({ quantity }: { quantity: string }) => quantity).toSorted()).toEqual(['10', '30'])
  })

  it('[RE1] restoring asks every issuer, and others can verify what is exported', async () => {
    const restored = await json('aoi', 'restore', '--yes')
    expect(restored).toMatchObject({ live: 2, faults: [] })
    const [{ certificateId }] = await list('aoi')
    await json('aoi', 'certificates', 'export', certificateId, 'shown.json')
    expect(await json('botan', 'certificates', 'verify', 'shown.json')).toMatchObject({ verdict: 'valid' })
    await json('aoi', 'reissue', 'lost', certificateId, '--yes')
    const retired = await kabuken(['certificates', 'verify', 'shown.json', '--wallet', 'botan'])
    expect(retired.exit).toBe(6)
  })

  it('everything signed stays as evidence', async () => {
    const [latest] = await json('aoi', 'history')
    expect(latest).toMatchObject({ operation: expect.stringMatching(/^issuer\./), state: 'answered' })
    expect(await json('aoi', 'history', 'show', latest.requestId)).toMatchObject({
      request: expect.stringMatching(/^ey/),
    })
    expect(await refused('aoi', 'history', 'show', 'nothing')).toEqual({ exit: 3, code: 'request_unknown' })
  })
})

describe('a backup', { timeout: 180_000 }, () => {
  const BACKUP = ['--backup-passphrase-file', 'backup.pass']

  it('[P14] [P16] is written once, after somebody agreed, under a passphrase of its own', async () => {
    writeFileSync(join(market.folder, 'backup.pass'), 'a river under the old bridge\n')
    writeFileSync(join(market.folder, 'short.pass'), 'river\n')
    const short = ['--backup-passphrase-file', 'short.pass', '--yes']
    expect(await refused('aoi', 'backup', 'aoi.backup', '--yes')).toEqual({ exit: 2, code: 'passphrase_required' })
    expect(await refused('aoi', 'backup', 'aoi.backup', ...short)).toEqual({ exit: 2, code: 'passphrase_too_short' })
    expect(await refused('aoi', 'backup', 'aoi.backup', ...BACKUP)).toEqual({ exit: 3, code: 'not_confirmed' })
    const made = await json('aoi', 'backup', 'aoi.backup', ...BACKUP, '--yes')
    expect(made).toMatchObject({ file: 'aoi.backup', certificates: (await list('aoi')).length })
    expect(readFileSync(join(market.folder, 'aoi.backup'), 'utf8')).toHaveLength(made.bytes)
    expect(statSync(join(market.folder, 'aoi.backup')).mode & 0o777).toBe(0o600)
    expect(await refused('aoi', 'backup', 'aoi.backup', ...BACKUP, '--yes')).toEqual({ exit: 2, code: 'file_exists' })
  })

  it('[P16] makes a wallet in an empty folder, which asks what is still true and signs', async () => {
    const [{ certificateId }] = (await list('aoi')).filter(({ state }) => state === 'live')
    await json('aoi', 'reissue', 'renew', certificateId, '--yes')
    const keys = ['--keys', 'file']
    expect(await refused('aoi', 'restore-backup', 'aoi.backup', ...BACKUP)).toEqual({ exit: 3, code: 'key_exists' })
    const wrong = ['restore-backup', 'aoi.backup', ...keys, '--backup-passphrase-file', 'short.pass']
    expect(await refused('new', ...wrong)).toEqual({ exit: 5, code: 'passphrase_wrong' })
    const other = await refused('new', 'restore-backup', 'second.json', ...BACKUP, ...keys)
    expect(other).toEqual({ exit: 6, code: 'bad_backup' })
    expect(await json('new', 'restore-backup', 'aoi.backup', ...BACKUP, ...keys)).toMatchObject({ keys: 'file' })
    const before = await list('new')
    expect(before.find((each) => each.certificateId === certificateId)).toMatchObject({
      state: 'pending',
      pending: { kind: 'unchecked' },
    })
    await json('new', 'sync')
    await json('new', 'restore', '--yes')
    const byId = (held: Json[]): string[] => held.map((each) => `${each.certificateId} ${each.state}`).toSorted()
    expect(byId(await list('new'))).toEqual(byId(await list('aoi')))
    expect(await json('new', 'cash')).toMatchObject({ currency: 'JPY' })
  })
})

describe('without the servers', { timeout: 180_000 }, () => {
  it('what the wallet knows is shown, and what it does not know is "unreachable"', async () => {
    await market.place.stop()
    expect(await list('botan')).toHaveLength(2)
    expect(await refused('botan', 'offerings')).toEqual({ exit: 4, code: 'unreachable' })
  })
})
