import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { RequestBody, ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload } from '../../shared/protocol/message.ts'
import { readMembers } from '../../shared/documents/document.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import { buy, lost, sell, split, transfer } from './testing/bodies.ts'
import { CURRENCY, type Holding, type Investor } from './testing/cast.ts'
import type { Member, Signed } from './testing/member.ts'
import { must, openTestMarket, type TestMarket } from './testing/market.ts'
import { openSession, RawSession } from './testing/raw-session.ts'

const YEAR_MS = 365 * 86_400_000
const OPENING_MINOR = 1_000_000n
const PRICE_MINOR = 1_000n

let market: TestMarket
let ren: Investor
let mio: Investor
let bank: Member

beforeAll(async () => {
  market = await openTestMarket()
  ren = await market.investor('Ren Amano', OPENING_MINOR)
  mio = await market.investor('Mio Kitano', OPENING_MINOR)
  bank = await market.server('settlement')
})

afterAll(() => market.close())

async function sessionOf(member: Member, role: ServerRole): Promise<RawSession> {
  const opened = await openSession({ url: market.url(role), role, trust: market.trust }, member.identity)
  if (opened instanceof RawSession) return opened
  throw new Error(`${opened.code} ${opened.reason}`)
}

/** Over a connection of its own. */
async function overNewConnection(member: Member, role: ServerRole, jws: string): Promise<unknown> {
  const session = await sessionOf(member, role)
  const answer = await session.ask(jws)
  session.close()
  return answer
}

const deposit = (amountMinor: bigint, reference: string): RequestBody<'settlement.deposit'> => ({
  userId: ren.member.userId,
  currency: CURRENCY,
  amountMinor,
  reference,
  operator: 'test',
})

describe('a request that comes again', () => {
  /** A trade, and the exchange's request to settle it as the settlement server has it on record. */
  async function captured(): Promise<{ exchange: Member; jws: string; reply: string }> {
    const holding = await market.give(ren, 10n)
    must(await ren.member.ask('exchange.order', sell(ren, [holding])))
    must(await mio.member.ask('exchange.order', buy(mio, 10n)))
    await market.quiet()
    const exchange = await market.server('exchange')
    const asked = [...market.store('settlement').journal(0n)].findLast(
      ({ sender, facts }) => sender === exchange.userId && facts.includes('settlement.settle'),
    )
    if (asked === undefined) throw new Error('nothing was settled')
    return { exchange, jws: asked.request, reply: asked.reply }
  }

  test('[A1] [P5] a settlement asked for again gets the same bytes and moves no money', async () => {
    const { exchange, jws, reply } = await captured()
    const before = market.states()
    expect(await overNewConnection(exchange, 'settlement', jws)).toBe(reply)
    expect(market.states()).toEqual(before)
  })

  test('[A2] the same request ID with another amount is refused, the first effect stays', async () => {
    const first = await bank.sign('settlement.deposit', deposit(500n, 'counted once'))
    must(await bank.send(first))
    const before = market.states()
    // Another connection: on one, a client cannot have two requests with one ID.
    const other = await bank.sign('settlement.deposit', deposit(501n, 'counted once'), { id: first.id })
    const again = await market.server('settlement')
    expect(await again.send(other)).toMatchObject({ ok: false, error: { code: 'duplicate_id' } })
    expect(market.states()).toEqual(before)
  })

  test('[A2] a match settled again with another amount is refused, the first effect stays', async () => {
    const { exchange, jws } = await captured()
    const payload = must(readMembers(requestPayload, must(parseJws(jws, { typ: () => true })).payload))
    const body = payload.body as { amountMinor: string }
    const more = exchange.signWire('settlement.settle', { ...body, amountMinor: `${BigInt(body.amountMinor) + 1n}` })
    const before = market.states()
    expect(await exchange.send(more)).toMatchObject({ ok: false, error: { code: 'exists_with_different_amount' } })
    expect(await bank.ask('settlement.deposit', deposit(501n, 'counted once'))).toMatchObject({
      ok: false,
      error: { code: 'exists_with_different_amount' },
    })
    expect(market.states()).toEqual(before)
  })

  test('[A4] a captured request has no effect over a new connection, whether it was answered or is a year old', async () => {
    const holding = await market.give(ren, 10n)
    const signed = await ren.member.sign('issuer.reissue', split(ren, holding))
    const reply = await ren.member.raw(signed)
    await market.quiet()
    const before = market.states()
    expect(await overNewConnection(ren.member, 'issuer', signed.jws)).toBe(reply)
    const old = { at: Date.now() - YEAR_MS }
    expect(await ren.member.ask('issuer.reissue', split(ren, holding), old)).toMatchObject({
      ok: false,
      error: { code: 'stale_request' },
    })
    // Nor over somebody else's connection.
    const stolen = await overNewConnection(mio.member, 'issuer', signed.jws)
    const refused = must(parseJws(String(stolen), { typ: 'kabuken.refusal' })).payload
    expect(refused).toMatchObject({ body: { code: 'unknown_signer' } })
    expect(market.states()).toEqual(before)
  })

  test('[P5] messages that come one to five times, in any order, over connections that break, take effect once', async () => {
    const before = await balance(ren)
    const signed: Signed[] = []
    for (let i = 1; i <= 12; i += 1)
      signed.push(await bank.sign('settlement.deposit', deposit(BigInt(i), `shuffled ${i}`)))
    const random = seeded(20_261_123)
    const copies = shuffled(
      signed.flatMap((each) => Array.from({ length: 1 + Math.floor(random() * 5) }, () => each)),
      random,
    )
    const replies = new Map<string, Set<string>>()
    // Each connection carries a few messages and is then cut, often before the answers have come.
    for (let at = 0; at < copies.length; at += 5) {
      const session = await sessionOf(bank, 'settlement')
      for (const each of copies.slice(at, at + 5)) session.send(each.jws)
      for (let answers = Math.floor(random() * 5); answers > 0; answers -= 1) keep(await session.next(), replies)
      session.close()
    }
    for (const each of signed) {
      const reply = await overNewConnection(bank, 'settlement', each.jws)
      expect([...(replies.get(each.id) ?? new Set([reply]))]).toEqual([reply])
    }
    expect(await balance(ren)).toBe(before + 78n)
  })
})

function keep(answer: unknown, replies: Map<string, Set<string>>): void {
  const { id } = must(parseJws(String(answer), { typ: () => true })).payload as { id: string }
  replies.set(id, (replies.get(id) ?? new Set()).add(String(answer)))
}

/** Marsaglia's xorshift: the same sequence at every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

async function balance({ member }: Investor): Promise<bigint> {
  const statement = await member.ask('settlement.account', async (id) => ({ account: await member.sealed(id) }))
  return must(statement).balanceMinor
}

describe('[P7] a certificate used many times at once', () => {
  /** Uses of one certificate, in turn: handed over, sold, split, reported lost. */
  function uses(holding: Holding): readonly (() => Promise<Result<unknown, Refusal>>)[] {
    return [
      () => mio.member.ask('issuer.transfer', transfer(ren, mio, holding)),
      () => ren.member.ask('exchange.order', sell(ren, [holding])),
      () => ren.member.ask('issuer.reissue', split(ren, holding)),
      () => ren.member.ask('issuer.reissue', lost(ren, holding)),
    ]
  }

  test.each([2, 3, 5, 8, 16])('%i uses: exactly one wins, shares and money are conserved', async (count) => {
    const holding = await market.give(ren, 10n)
    // Somebody waits to buy, so that a sale that comes first is a sale.
    const bid = must(await mio.member.ask('exchange.order', buy(mio, 10n)))
    const cash = (await balance(ren)) + (await balance(mio))
    const kinds = uses(holding)
    const results = await Promise.all(Array.from({ length: count }, async (_, i) => kinds[i % kinds.length]?.()))
    await market.quiet()
    const registered = results.filter((result, i) => i % kinds.length !== 1 && result?.ok === true).length
    const status = must(await mio.member.ask('exchange.order-status', { receptionNumber: bid.receptionNumber }))
    const sold = status.matches.filter(({ state }) => state === 'settled').length
    expect(registered + sold).toBe(1)
    const issuer = await market.server('issuer')
    const { classes } = must(await issuer.ask('issuer.totals', {}))
    for (const { issued, live } of classes) expect(live).toBe(issued)
    expect((await balance(ren)) + (await balance(mio))).toBe(cash)
    expect(
      must(await mio.member.ask('settlement.account', async (id) => ({ account: await mio.member.sealed(id) }))),
    ).toMatchObject({
      heldMinor: sold === 1 ? 0n : 10n * PRICE_MINOR,
    })
    await mio.member.ask('exchange.cancel', { receptionNumber: bid.receptionNumber })
    await market.quiet()
  })
})
