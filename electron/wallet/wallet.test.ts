import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSmallMarket, type SmallMarket } from '../../server/node/testing/small-market.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { OpenSocket } from '../../shared/protocol/link.ts'
import { peekMessage } from '../../shared/protocol/link.ts'
import { TYP } from '../../shared/protocol/message.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import { systemPorts } from '../host/system-ports.ts'
import { walletSocket } from './connection/wallet-socket.ts'
import type { Secret } from './keychain/keychain.ts'
import { memoryKeychain } from './keychain/testing/memory-keychain.ts'
import { openWallet, type MarketUpdate, type Confirmable, type Wallet, type WalletOptions } from './wallet.ts'

/** One node with all four roles, and wallets that talk to it over real sockets. */

const CURRENCY = 'JPY'
const HOSHI = { security: 'HOSHI', shareClass: 'common' } as const

let market: SmallMarket

beforeAll(async () => {
  market = await openSmallMarket('Hoshizora Brewing')
})

const opened = new Set<Wallet>()

async function close(wallet: Wallet): Promise<void> {
  opened.delete(wallet)
  await wallet.close()
}

afterEach(async () => {
  for (const wallet of opened) await close(wallet)
})

afterAll(() => market.close())

/** Everything about a person's machine; the wallet can be opened on it again and again. */
interface Machine {
  readonly options: WalletOptions
  readonly signed: Confirmable[]
}

let machines = 0

function newMachine(change: Partial<WalletOptions> = {}): Machine {
  machines += 1
  const signed: Confirmable[] = []
  const options: WalletOptions = {
    folder: join(market.folder, `wallet-${String(machines)}`),
    keychain: memoryKeychain(),
    ...systemPorts(),
    confirm: (summary) => {
      signed.push(summary)
      return Promise.resolve(true)
    },
    patienceMs: 10_000,
    ...change,
  }
  return { options, signed }
}

async function open(machine: Machine, change: Partial<WalletOptions> = {}): Promise<Wallet> {
  const wallet = await openWallet({ ...machine.options, ...change })
  opened.add(wallet)
  return wallet
}

async function granted<T>(outcome: Promise<Result<T, Refusal>> | Result<T, Refusal>): Promise<T> {
  const result = await outcome
  if (!result.ok)
    throw new Error(`${result.error.code}: ${result.error.message} ${JSON.stringify(result.error.details)}`)
  return result.value
}

async function ask(role: 'issuer' | 'settlement', operation: string, body: object): Promise<unknown> {
  const answer = await market.place.node.roles.get(role)?.ask(operation as never, body as never)
  if (answer?.ok !== true) throw new Error(JSON.stringify(answer))
  return answer.value
}

let references = 0

async function deposit(wallet: Wallet, amountMinor: bigint): Promise<void> {
  references += 1
  const userId = wallet.identity()?.userId
  const reference = `reference-${String(references)}`
  await ask('settlement', 'settlement.deposit', {
    userId,
    currency: CURRENCY,
    amountMinor,
    reference,
    operator: 'test',
  })
}

async function offer(quantity: bigint, priceMinor: bigint): Promise<string> {
  const now = Date.now()
  const times = { opensAt: now - 60_000, closesAt: now + 3_600_000 }
  const body = { ...HOSHI, terms: 'One vote a share.', priceMinor, quantity, ...times, operator: 'test' }
  const { offeringNumber } = (await ask('issuer', 'issuer.offer', body)) as { offeringNumber: string }
  return offeringNumber
}

async function enrol(wallet: Wallet, name: string): Promise<void> {
  await granted(wallet.join(market.link))
  await granted(wallet.createKey())
  const enrolment = await granted(wallet.enrol({ name, postalAddress: '3-1 Kawabata, Mizuho' }))
  expect(enrolment.state).toBe('approved')
  await granted(wallet.openAccount({ currency: CURRENCY }))
  await deposit(wallet, 1_000_000n)
}

async function person(name: string): Promise<{ readonly wallet: Wallet; readonly machine: Machine }> {
  const machine = newMachine()
  const wallet = await open(machine)
  await enrol(wallet, name)
  return { wallet, machine }
}

async function shareholder(
  name: string,
  quantity: bigint,
): Promise<{ readonly wallet: Wallet; readonly machine: Machine }> {
  const { wallet, machine } = await person(name)
  await granted(wallet.subscribe({ offeringNumber: await offer(quantity, 0n), quantity }))
  return { wallet, machine }
}

/** Waits for what comes by itself: an event of the wallet wakes it, not a clock. */
async function eventually(wallet: Wallet, holds: () => boolean): Promise<void> {
  if (holds()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = wallet.onChange(() => {
    if (holds()) resolve()
  })
  if (holds()) resolve()
  await promise
  stop()
}

const words = (wallet: Wallet): string =>
  wallet
    .certificates()
    .map(({ quantity, state }) => `${String(quantity)} ${state}`)
    .toSorted()
    .join()

describe('market and identity', () => {
  it('[CA1] [CA3] enrols, keeps what it is, and never makes a second key', async () => {
    const { wallet, machine } = await person('Aoi Hanada')
    expect(wallet.market()).toMatchObject({ marketName: 'Test Market', currency: CURRENCY, stale: undefined })
    expect(wallet.market()?.fingerprint).toMatch(/^([0-9A-F]{4} ){15}[0-9A-F]{4}$/)
    expect(await wallet.createKey()).toMatchObject({ ok: false, error: { code: 'key_exists' } })
    expect(await wallet.enrol({ name: 'Aoi' })).toMatchObject({ ok: false, error: { code: 'already_enrolled' } })
    const identity = wallet.identity()
    await close(wallet)
    const again = await open(machine)
    expect(again.identity()).toEqual(identity)
    expect(machine.signed.map(({ kind }) => kind)).toEqual(['enrolment', 'account_opening'])
    expect(await granted(again.cash())).toMatchObject({ balanceMinor: 1_000_000n, more: false })
  })

  it('[CA4] renews its certificate for the same key and goes on under it', async () => {
    const { wallet } = await shareholder('Ran Mizuki', 10n)
    const before = wallet.identity()
    const after = await granted(wallet.renew())
    expect(after.userId).toBe(before?.userId)
    expect(after.chain[0]).not.toBe(before?.chain[0])
    await granted(wallet.sync())
    expect(words(wallet)).toBe('10 live')
  })

  it('refuses a market with another root and changes nothing', async () => {
    const wallet = await open(newMachine())
    const other = market.link.replace(/root=.{4}/, 'root=AAAA')
    expect(await wallet.join(other)).toMatchObject({ ok: false, error: { code: 'untrusted_root' } })
    expect(wallet.market()).toBeUndefined()
    expect(await wallet.listings()).toMatchObject({ ok: false, error: { code: 'not_joined' } })
  })

  it('[A56] says that the key is gone and makes no other in its place', async () => {
    const { wallet, machine } = await shareholder('Nao Kurose', 10n)
    await close(wallet)
    const again = await open(machine, { keychain: memoryKeychain() })
    await expect(again.sync()).rejects.toMatchObject({ code: 'keychain_missing' })
    expect(await again.createKey()).toMatchObject({ ok: false, error: { code: 'key_exists' } })
    expect(words(again)).toBe('10 live')
  })

  it('signs nothing that the person does not confirm', async () => {
    const { wallet, machine } = await person('Rin Aoyama')
    const offeringNumber = await offer(10n, 100n)
    await close(wallet)
    const asked: Confirmable[] = []
    const confirm = (summary: Confirmable): Promise<boolean> => {
      asked.push(summary)
      return Promise.resolve(false)
    }
    const refusing = await open(machine, { confirm })
    const before = refusing.history().length
    expect(await refusing.subscribe({ offeringNumber, quantity: 3n })).toMatchObject({
      ok: false,
      error: { code: 'not_confirmed' },
    })
    expect(asked).toMatchObject([{ kind: 'subscription', offeringNumber, quantity: 3n, ...HOSHI }])
    expect(refusing.history()).toHaveLength(before)
  })
})

describe('issue', () => {
  it('[IS2] [IS4] subscribes on the terms that were shown, pays, verifies and keeps the certificate', async () => {
    const { wallet } = await person('Botan Kisaragi')
    const offeringNumber = await offer(100n, 1_000n)
    expect(await wallet.subscribe({ offeringNumber, quantity: 5n, terms: 'Two votes.' })).toMatchObject({
      ok: false,
      error: { code: 'terms_differ' },
    })
    const [certificate] = await granted(wallet.subscribe({ offeringNumber, quantity: 5n, terms: 'One vote a share.' }))
    expect(certificate).toMatchObject({ ...HOSHI, quantity: 5n, state: 'live', holderName: 'Botan Kisaragi' })
    expect(await granted(wallet.cash())).toMatchObject({ balanceMinor: 995_000n })
    const file = await granted(wallet.exportCertificate(certificate?.certificateId ?? ''))
    const report = await granted(wallet.verifyCertificate(file))
    expect(report.verdict).toBe('valid')
    expect(report.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'form passed',
      'issuer passed',
      'chain passed',
      'revocation passed',
      'signature passed',
      'issuer_may_issue passed',
      'validity passed',
      'register passed',
    ])
    const bent = { ...file, certificate: `${file.certificate.slice(0, -6)}AAAAAA` }
    expect(await granted(wallet.verifyCertificate(bent))).toMatchObject({ verdict: 'invalid' })
    const [request] = wallet.history()
    expect(wallet.evidence(request?.requestId ?? '')).toMatchObject({
      operation: 'issuer.issue',
      state: 'answered',
      summary: { kind: 'subscription', quantity: 5n },
    })
  })

  it('[IS5] collects what was allotted, by number and by itself', async () => {
    const { wallet } = await person('Chika Morinaka')
    const userId = wallet.identity()?.userId
    const allotment = { ...HOSHI, holderName: 'Chika Morinaka', userId, quantity: 7n, conditionsOfIssue: 'from paper' }
    const body = { allotments: [allotment, { ...allotment, quantity: 8n }], operator: 'test' }
    const answer = (await ask('issuer', 'issuer.allot', body)) as { allotments: { allotmentNumber: string }[] }
    await granted(wallet.collect(answer.allotments[0]?.allotmentNumber ?? ''))
    expect(words(wallet)).toBe('7 live')
    expect((await granted(wallet.sync())).collected).toHaveLength(1)
    expect(words(wallet)).toBe('7 live,8 live')
    expect(await wallet.collect('AL-999999999')).toMatchObject({ ok: false, error: { code: 'nothing_to_collect' } })
  })
})

describe('trade', () => {
  it('[TR1] [TR3] [TR7] sells a part: the buyer collects it, the remainder stays on offer and comes back', async () => {
    const { wallet: seller } = await shareholder('Daichi Oribe', 100n)
    const { wallet: buyer } = await person('Emi Takamori')
    await granted(seller.sync())
    await granted(buyer.sync())
    const limit = { kind: 'limit', limitMinor: 1_000n } as const
    const day = { kind: 'day' } as const
    const sale = await granted(
      seller.placeOrder({ side: 'sell', ...HOSHI, price: limit, quantity: 60n, timeInForce: day }),
    )
    expect(sale.remainder).toBe(40n)
    expect(words(seller)).toBe('100 pending')
    expect(seller.certificates()[0]?.pending).toEqual({ kind: 'offered', receptionNumber: sale.receptionNumber })
    await granted(buyer.placeOrder({ side: 'buy', ...HOSHI, price: limit, quantity: 25n, timeInForce: day }))
    await eventually(buyer, () => buyer.toCollect().length > 0 && buyer.completions().length > 0)
    await granted(buyer.collectAll())
    expect(words(buyer)).toBe('25 live')
    await eventually(seller, () => seller.toCollect().length > 0 && seller.completions().length > 0)
    await granted(seller.collectAll())
    expect(words(seller)).toBe('100 retired,75 pending')
    expect(await granted(seller.orderStatus(sale.receptionNumber))).toMatchObject({ filled: 25n, remaining: 35n })
    expect(await granted(seller.cancelOrder(sale.receptionNumber))).toEqual({ cancelled: 35n })
    expect(words(seller)).toBe('100 retired,75 live')
    const [completion] = seller.completions()
    expect(completion).toMatchObject({ side: 'sell', quantity: 25n, amountMinor: 25_000n })
    // TR9: paid already, so the claim is answered and pays nothing more.
    await granted(seller.claim(completion?.matchNumber ?? ''))
    expect(await granted(seller.cash())).toMatchObject({ balanceMinor: 1_025_000n })
    expect(await granted(buyer.cash())).toMatchObject({ balanceMinor: 975_000n, heldMinor: 0n })
  })

  it('[TR10] replaces an order, and tells what is in the book', async () => {
    const { wallet } = await person('Fumi Sakaki')
    const price = { kind: 'limit', limitMinor: 900n } as const
    const form = { side: 'buy', ...HOSHI, price, quantity: 10n, timeInForce: { kind: 'day' } } as const
    const { receptionNumber } = await granted(wallet.placeOrder(form))
    expect(await granted(wallet.cash())).toMatchObject({ heldMinor: 9_000n })
    const better = { kind: 'limit', limitMinor: 910n } as const
    await granted(wallet.replaceOrder({ receptionNumber, price: better, quantity: 8n }))
    const book = await granted(wallet.book({ ...HOSHI, levels: 1 }))
    expect(book.bids).toEqual([{ priceMinor: 910n, quantity: 8n, orders: 1 }])
    await granted(wallet.cancelOrder(receptionNumber))
    expect(await granted(wallet.cash())).toMatchObject({ heldMinor: 0n, availableMinor: 1_000_000n })
    expect(wallet.orders()[0]?.status?.state).toBe('cancelled')
  })

  it('refuses to sell what is not held, before anything is signed', async () => {
    const { wallet, machine } = await shareholder('Gen Ishii', 10n)
    const before = machine.signed.length
    const price = { kind: 'market' } as const
    const form = { side: 'sell', ...HOSHI, price, quantity: 11n, timeInForce: { kind: 'day' } } as const
    expect(await wallet.placeOrder(form)).toMatchObject({ ok: false, error: { code: 'not_enough_shares' } })
    expect(machine.signed).toHaveLength(before)
  })
})

describe('what happens meanwhile', () => {
  it('[TR12] [TR6] sells while the wallet is closed, and has the notices afterwards', async () => {
    const { wallet: before, machine } = await shareholder('Tomo Kawai', 40n)
    const { wallet: buyer } = await person('Uta Nishi')
    await granted(buyer.sync())
    const form = { ...HOSHI, price: { kind: 'limit', limitMinor: 1_010n }, timeInForce: { kind: 'day' } } as const
    await granted(before.placeOrder({ side: 'sell', quantity: 40n, ...form }))
    await granted(before.sync())
    await close(before)
    await granted(buyer.placeOrder({ side: 'buy', quantity: 15n, ...form }))
    await eventually(buyer, () => buyer.completions().length > 0)
    const seller = await open(machine)
    expect(words(seller)).toBe('40 pending')
    const steps: string[] = []
    const report = await granted(seller.sync(({ step, done, total }) => steps.push(`${step} ${done}/${total}`)))
    expect(report.faults).toEqual([])
    expect(seller.completions()).toMatchObject([{ side: 'sell', quantity: 15n, amountMinor: 15_150n }])
    expect(words(seller)).toBe('25 pending,40 retired')
    expect(steps).toContain('holdings 1/1')
    await granted(seller.cancelOrder(seller.orders()[0]?.receptionNumber ?? ''))
    expect(words(seller)).toBe('25 live,40 retired')
  })

  it('is told by the register that nothing changed, and writes no certificate anew', async () => {
    const { wallet, machine } = await shareholder('Yuzuki Mino', 20n)
    const names = () => readdirSync(join(machine.options.folder, 'certificates'))
    await granted(wallet.sync())
    const files = names()
    const before = wallet.certificates()[0]?.checkedAt ?? Number.NaN
    await granted(wallet.sync())
    expect(names()).toEqual(files)
    expect(wallet.certificates()[0]?.checkedAt).toBeGreaterThan(before)
  })

  it('[TR11] hears that a certificate was stopped and released', async () => {
    const { wallet } = await shareholder('Wakana Seo', 20n)
    await granted(wallet.sync())
    const [{ certificateId } = { certificateId: '' }] = wallet.certificates()
    const stop = (stopped: boolean) =>
      ask('issuer', 'issuer.stop', { certificateId, stopped, ground: 'reported stolen', operator: 'test' })
    await stop(true)
    await eventually(wallet, () => words(wallet) === '20 stopped')
    expect(await wallet.split(certificateId, [5n, 15n])).toMatchObject({
      ok: false,
      error: { code: 'certificate_not_live', details: { state: 'stopped' } },
    })
    await stop(false)
    await eventually(wallet, () => words(wallet) === '20 live')
  })
})

describe('the private key', () => {
  it('[P14] is in no file, no message and nothing that is shown', async () => {
    const secrets: Secret[] = []
    const spoken: string[] = []
    const keychain = memoryKeychain()
    const machine = newMachine({
      keychain: { ...keychain, create: (name, secret) => (secrets.push(secret), keychain.create(name, secret)) },
      openSocket: (url) => (listener) => {
        const socket = walletSocket(url)(listener)
        return { ...socket, send: (text) => (spoken.push(text), socket.send(text)) }
      },
    })
    const wallet = await open(machine)
    await enrol(wallet, 'Yui Arai')
    await granted(wallet.subscribe({ offeringNumber: await offer(10n, 0n), quantity: 10n }))
    spoken.push(
      JSON.stringify([machine.signed, wallet.history()], (_, value: unknown) =>
        typeof value === 'bigint' ? '' : value,
      ),
    )
    await close(wallet)
    const files = readdirSync(machine.options.folder, { recursive: true, withFileTypes: true })
    const written = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
    const [secret = new Uint8Array()] = secrets
    // PKCS#8 of a P-256 key (RFC 5958, RFC 5915) with its own headers before the 32 octets of the private number.
    const number = Buffer.from(secret).subarray(36, 68)
    expect(Buffer.from(secret).subarray(34, 36)).toEqual(Buffer.from([0x04, 0x20]))
    const decoded = [...written, ...spoken].flatMap((text) => [
      text,
      ...text.split(/[^A-Za-z0-9_+/-]/).map((part) => Buffer.from(part, 'base64').toString('latin1')),
    ])
    const spellings = [
      number.toString('hex'),
      number.toString('base64url'),
      number.toString('base64'),
      number.toString('latin1'),
    ]
    expect(written.length).toBeGreaterThan(1)
    expect(spellings.filter((spelling) => decoded.some((text) => text.includes(spelling)))).toEqual([])
  })
})

describe('hand-over', () => {
  const tomorrow = (): number => Date.now() + 86_400_000

  it('[TF1] [TF2] [TF3] [TF4] hands over a part by file; the remainder comes back', async () => {
    const { wallet: giver } = await shareholder('Hana Ueda', 50n)
    const { wallet: taker } = await person('Itsuki Doi')
    const [held] = giver.certificates()
    const form = {
      certificateId: held?.certificateId ?? '',
      quantity: 20n,
      transferee: await granted(taker.identityFile()),
      cause: 'gift',
      validUntil: tomorrow(),
    } as const
    const file = await granted(giver.endorse(form))
    expect(giver.certificates()[0]).toMatchObject({ state: 'pending', pending: { transfereeName: 'Itsuki Doi' } })
    expect(giver.given()).toMatchObject([{ state: 'waiting', endorsement: file.endorsement }])
    const report = await granted(taker.inspectEndorsement(file))
    expect(report).toMatchObject({ verdict: 'valid', endorsement: { quantity: 20n, transferorName: 'Hana Ueda' } })
    expect((await granted(giver.inspectEndorsement(file))).checks).toContainEqual({
      check: 'transferee',
      outcome: 'failed',
      code: 'not_for_me',
    })
    await granted(taker.acceptEndorsement(file))
    expect(words(taker)).toBe('20 live')
    await granted(giver.sync())
    expect(words(giver)).toBe('30 live,50 retired')
    expect(giver.given()).toMatchObject([
      { quantity: 20n, transfereeName: 'Itsuki Doi', state: 'accepted', endedBy: expect.stringMatching(/^TR-/) },
    ])
    // TF6: the second use of the file says when and by what the ID was retired.
    const again = await taker.acceptEndorsement(file)
    expect(again).toMatchObject({ ok: false, error: { code: 'certificate_not_live', details: { state: 'retired' } } })
    expect(words(taker)).toBe('20 live')
  })

  it('[TF5] withdraws an endorsement; the file that was given out is worthless', async () => {
    const { wallet: giver } = await shareholder('Jun Okabe', 50n)
    const { wallet: taker } = await person('Kei Maeda')
    const certificateId = giver.certificates()[0]?.certificateId ?? ''
    const transferee = await granted(taker.identityFile())
    const file = await granted(giver.endorse({ certificateId, transferee, cause: 'sale', validUntil: tomorrow() }))
    await granted(giver.withdrawEndorsement(certificateId))
    expect(words(giver)).toBe('50 live,50 retired')
    expect(giver.given()).toMatchObject([{ certificateId, state: 'withdrawn', endedBy: expect.stringMatching(/^RE-/) }])
    expect(await taker.acceptEndorsement(file)).toMatchObject({ ok: false, error: { code: 'certificate_not_live' } })
    expect(words(taker)).toBe('')
  })
})

describe('reissue', () => {
  it('[RE2] [RE3] splits, consolidates and replaces what was lost', async () => {
    const { wallet } = await shareholder('Lin Toyama', 90n)
    const id = (quantity: bigint): string =>
      wallet.certificates().find((each) => each.quantity === quantity && each.state === 'live')?.certificateId ?? ''
    await granted(wallet.split(id(90n), [20n, 30n, 40n]))
    expect(words(wallet)).toBe('20 live,30 live,40 live,90 retired')
    expect(await wallet.split(id(20n), [10n, 11n])).toMatchObject({ ok: false, error: { code: 'quantities_differ' } })
    await granted(wallet.consolidate([id(20n), id(30n)]))
    expect(words(wallet)).toBe('20 retired,30 retired,40 live,50 live,90 retired')
    await granted(wallet.reissueLost([id(40n)]))
    expect(words(wallet)).toBe('20 retired,30 retired,40 live,40 lost,50 live,90 retired')
  })

  it('[RE1] gets every live certificate in its name back after the certificates are gone', async () => {
    const { wallet, machine } = await shareholder('Mei Fujita', 60n)
    await granted(wallet.split(wallet.certificates()[0]?.certificateId ?? '', [25n, 35n]))
    await close(wallet)
    rmSync(join(machine.options.folder, 'certificates'), { recursive: true })
    const again = await open(machine)
    expect(again.recovered).toBe(true)
    expect(words(again)).toBe('')
    expect(await granted(again.restore())).toMatchObject({ live: 2, faults: [] })
    expect(words(again)).toBe('25 live,35 live')
  })
})

describe('interruptions', () => {
  /** Requests go out, and from the moment that one of this operation was sent nothing comes in any more. */
  function deafAfter(operation: string): {
    readonly openSocket: WalletOptions['openSocket']
    readonly sent: Promise<void>
  } {
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    let deaf = false
    const openSocket =
      (url: string): OpenSocket =>
      (listener) => {
        const socket = walletSocket(url)({
          ...listener,
          onMessage: (text) => {
            if (!deaf) listener.onMessage(text)
          },
        })
        return {
          ...socket,
          send: (text) => {
            socket.send(text)
            if (peekMessage(text)?.typ !== `kabuken.${operation}`) return
            deaf = true
            resolve()
          },
        }
      }
    return { openSocket, sent }
  }

  const subscribe = (wallet: Wallet, offeringNumber: string) => wallet.subscribe({ offeringNumber, quantity: 10n })
  const split = (wallet: Wallet) => wallet.split(wallet.certificates()[0]?.certificateId ?? '', [1n, 2n])

  it.each([
    ['issuer.issue', 'subscription', '10 live,3 live', 999_000n, subscribe],
    ['issuer.reissue', 'split', '1 live,2 live,3 retired', 1_000_000n, split],
    ['issuer.issue', 'split', '1 live,2 live,3 retired', 1_000_000n, split],
  ])(
    '[P5] [SIG2] dies between %s of a %s and its reply, and takes effect once',
    async (operation, _, held, balanceMinor, act) => {
      const { wallet, machine } = await shareholder('Kana Ogawa', 3n)
      const offeringNumber = await offer(10n, 100n)
      await close(wallet)
      const { openSocket, sent } = deafAfter(operation)
      const dying = await open(machine, { openSocket })
      const outcome = act(dying, offeringNumber)
      await sent
      const [underWay] = dying.underWay()
      expect(underWay).toMatchObject({ operation, state: 'under_way' })
      await close(dying)
      expect(await outcome).toMatchObject({ ok: false, error: { code: 'under_way' } })

      const again = await open(machine)
      expect(again.underWay()).toHaveLength(1)
      expect(await granted(again.sync())).toMatchObject({ underWay: 0, faults: [] })
      expect(words(again)).toBe(held)
      expect(again.evidence(underWay?.requestId ?? '')?.state).toBe('answered')
      expect(await granted(again.cash())).toMatchObject({ balanceMinor })
    },
  )

  it('can be closed in the middle of a synchronisation', async () => {
    const { wallet, machine } = await shareholder('Ao Shibata', 5n)
    await close(wallet)
    const again = await open(machine)
    let closing: Promise<void> | undefined
    const outcome = await again.sync(() => void (closing ??= close(again)))
    await closing
    expect(outcome.ok && outcome.value.faults.map(({ refusal }) => refusal.code)).toContain('unreachable')
    const last = await open(machine)
    await granted(last.sync())
    expect(words(last)).toBe('5 live')
  })

  it('shows a request as under way while the server is away, and completes it when it is back', async () => {
    const { wallet, machine } = await shareholder('Sora Nagai', 30n)
    await close(wallet)
    const hasty = await open(machine, { patienceMs: 200 })
    await market.place.stop()
    const certificateId = hasty.certificates()[0]?.certificateId ?? ''
    expect(await hasty.split(certificateId, [10n, 20n])).toMatchObject({ ok: false, error: { code: 'under_way' } })
    expect(hasty.certificate(certificateId)?.pending).toMatchObject({ kind: 'request', operation: 'issuer.reissue' })
    await market.start()
    await eventually(hasty, () => hasty.underWay().length === 0)
    await close(hasty)
    const again = await open(machine)
    await granted(again.sync())
    expect(words(again)).toBe('10 live,20 live,30 retired')
  })
})

describe('[TR12] watching the market', () => {
  const isOfMarket = (text: string): boolean => {
    const read = parseJws(text, { typ: TYP.event })
    return read.ok && JSON.stringify(read.value.payload).includes('market:')
  }

  /** What was sent to the exchange, and events of the market that are lost on the way. */
  function listeningTo(): {
    readonly openSocket: WalletOptions['openSocket']
    readonly sent: string[]
    readonly lose: (events: number) => void
  } {
    const sent: string[] = []
    let left = 0
    const openSocket =
      (url: string): OpenSocket =>
      (listener) => {
        const socket = walletSocket(url)({
          ...listener,
          onMessage: (text) => {
            const isLost = left > 0 && isOfMarket(text)
            if (isLost) left -= 1
            else listener.onMessage(text)
          },
        })
        return {
          ...socket,
          send: (text) => {
            sent.push(peekMessage(text)?.typ ?? '')
            socket.send(text)
          },
        }
      }
    return { openSocket, sent, lose: (events) => void (left = events) }
  }

  function watchOn(wallet: Wallet) {
    const updates: MarketUpdate[] = []
    let look = (): void => {}
    const begun = wallet.watch(HOSHI, (update) => {
      updates.push(update)
      look()
    })
    if (!begun.ok) throw new Error(begun.error.code)
    const until = async (holds: (last: MarketUpdate) => boolean): Promise<MarketUpdate> => {
      const { promise, resolve } = Promise.withResolvers<MarketUpdate>()
      look = () => {
        const last = updates.at(-1)
        if (last !== undefined && holds(last)) resolve(last)
      }
      look()
      return promise
    }
    return { updates, until, end: begun.value }
  }

  const buy = (wallet: Wallet, limitMinor: bigint, quantity = 1n) =>
    granted(
      wallet.placeOrder({
        side: 'buy',
        ...HOSHI,
        price: { kind: 'limit', limitMinor },
        quantity,
        timeInForce: { kind: 'day' },
      }),
    )
  const restsAt =
    (priceMinor: bigint, quantity: bigint) =>
    ({ book }: MarketUpdate): boolean =>
      book?.bids.some((level) => level.priceMinor === priceMinor && level.quantity === quantity) === true

  it('two look at one class through one subscription, which ends with the last of them', async () => {
    const { openSocket, sent } = listeningTo()
    const other = (await person('Mai Onda')).wallet
    const machine = newMachine({ openSocket })
    const wallet = await open(machine)
    await enrol(wallet, 'Yu Sendo')
    const one = watchOn(wallet)
    const two = watchOn(wallet)
    const first = await one.until(({ book, staleSince }) => book !== undefined && staleSince === undefined)
    await buy(other, 801n, 3n)
    await Promise.all([one.until(restsAt(801n, 3n)), two.until(restsAt(801n, 3n))])
    expect(await granted(wallet.book(HOSHI))).toMatchObject({ bids: two.updates.at(-1)?.book?.bids.slice(0, 10) })
    one.end()
    const heard = one.updates.length
    await buy(other, 802n)
    await two.until(restsAt(802n, 1n))
    expect(one.updates).toHaveLength(heard)
    two.end()
    expect(sent.filter((typ) => typ === 'kabuken.exchange.subscribe')).toHaveLength(1)
    await wallet.listings()
    expect(sent.filter((typ) => typ === 'kabuken.exchange.unsubscribe')).toHaveLength(1)
    expect(first.missed).toBe(false)
  })

  it('events that are lost on the way are noticed, and a new picture is asked for', async () => {
    const { openSocket, sent, lose } = listeningTo()
    const other = (await person('Eiji Toda')).wallet
    const wallet = await open(newMachine({ openSocket }))
    await enrol(wallet, 'Hana Usui')
    const { until, updates, end } = watchOn(wallet)
    await until(({ book, staleSince }) => book !== undefined && staleSince === undefined)
    const asked = () => sent.filter((typ) => typ === 'kabuken.exchange.book').length
    const before = asked()
    lose(1)
    await buy(other, 803n)
    await buy(other, 804n)
    await until((update) => restsAt(803n, 1n)(update) && restsAt(804n, 1n)(update))
    expect(asked()).toBe(before + 1)
    expect(updates.some(({ missed }) => missed)).toBe(true)
    end()
  })

  it('says while the exchange is away until when it was heard, and goes on where it was', async () => {
    const other = await person('Ryo Wakui')
    const { wallet } = await person('Toko Yagi')
    const { until, updates, end } = watchOn(wallet)
    const ready = await until(({ book, staleSince }) => book !== undefined && staleSince === undefined)
    await market.place.stop()
    const away = await until(({ staleSince }) => staleSince !== undefined)
    expect(away.book).toEqual(ready.book)
    expect(away.staleSince).toBeLessThanOrEqual(Date.now())
    await market.start()
    await buy(other.wallet, 805n)
    await until((update) => restsAt(805n, 1n)(update) && update.staleSince === undefined)
    expect(updates.some(({ missed }) => missed)).toBe(false)
    end()
  })

  it('says why there is no picture of what is not traded', async () => {
    const { wallet } = await person('Kei Zama')
    const { promise, resolve } = Promise.withResolvers<MarketUpdate>()
    const begun = wallet.watch({ security: 'NONE', shareClass: 'common' }, resolve)
    expect(await promise).toMatchObject({ book: undefined, refusal: { code: 'not_listed' } })
    if (begun.ok) begun.value()
  })
})
