import { describe, expect, test } from 'vitest'
import type { CertificateList } from '../../../../shared/documents/certificate-list.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import {
  buyOrder,
  certificate,
  certificateId,
  CLASS,
  ExchangeBench,
  HOSHI,
  investor,
  ISSUER,
  listed,
  OPERATOR,
  sellOrder,
  user,
} from '../exchange-fixture.ts'

type Full = Extract<CertificateList, { kind: 'full' }>
type Change = Extract<CertificateList, { kind: 'change' }>

const pair = (number: number, name: string) => ({ certificateId: certificateId(number), userId: user(name) })
const full = (terms: Partial<Full> = {}): Full => ({
  kind: 'full',
  listId: 'full-5',
  ...HOSHI,
  sequence: 5n,
  page: 1,
  pages: 1,
  pairs: [pair(1, 'anna'), pair(2, 'bela')],
  ...terms,
})
const change = (sequence: bigint, removed: number[], added: [number, string][] = []): Change => ({
  kind: 'change',
  listId: `change-${sequence}`,
  ...HOSHI,
  sequence,
  removed: removed.map(certificateId),
  added: added.map(([number, name]) => pair(number, name)),
})

const take = (bench: ExchangeBench, list: CertificateList) => {
  const decided = bench.ask('exchange.certificate-list', ISSUER, list)
  return decided.ok ? (decided.value.reply as { result: string }).result : decided.error.code
}
const known = (bench: ExchangeBench): string[] =>
  bench
    .view()
    .range('holders', '', 100)
    .map((holder) => `${Number(holder.certificateId.slice(1))} ${holder.userId.slice(4, 8)} ${holder.state}`)

test('[A36] [IS3] the list says how many shares there are, and no order is for more', () => {
  const bench = new ExchangeBench()
  const rich = investor('bela', { orderLimitMinor: 10n ** 9n, dayLimitMinor: 10n ** 9n })
  const order = (quantity: bigint) => bench.ask('exchange.order', rich, buyOrder('bela', quantity, 100n))
  take(bench, full({ issued: 100n }))
  expect(order(101n)).toMatchObject({ ok: false, error: { code: 'exceeds_issued', details: { issued: '100' } } })
  expect(order(100n)).toMatchObject({ ok: true })
  take(bench, { ...change(6n, [], [[3, 'chie']]), issued: 150n })
  expect(order(151n)).toMatchObject({ ok: false, error: { code: 'exceeds_issued' } })
  expect(order(150n)).toMatchObject({ ok: true })
})

describe('who may tell', () => {
  test.each([
    ['an investor', investor('anna')],
    ['an issuer of nothing', { ...ISSUER, policy: investor('x').policy }],
    ['an issuer of something else', { ...ISSUER, policy: { ...investor('x').policy!, mayIssue: ['TSUKI'] } }],
  ])('[IS3] [A33] %s is refused', (_, sender) => {
    expect(new ExchangeBench().ask('exchange.certificate-list', sender, full())).toMatchObject({
      ok: false,
      error: { code: 'not_issuer_of_class' },
    })
  })

  test('[IS3] a class that is not listed is refused', () => {
    expect(take(new ExchangeBench(), full({ shareClass: 'preferred' }))).toBe('not_listed')
  })
})

describe('the certificate ID list', () => {
  test('[IS3] S61-S63: whole at first, then change by change', () => {
    const bench = new ExchangeBench()
    expect(take(bench, full())).toBe('applied')
    expect(
      take(
        bench,
        change(
          6n,
          [1],
          [
            [3, 'chie'],
            [4, 'anna'],
          ],
        ),
      ),
    ).toBe('applied')
    expect(known(bench)).toEqual(['2 bela listed', '3 chie listed', '4 anna listed'])
    expect(bench.view().get('lists', CLASS)).toMatchObject({ sequence: 6n, received: true })
  })

  test('[IS3] what is known changes nothing', () => {
    const bench = new ExchangeBench()
    take(bench, full())
    take(bench, change(6n, [1]))
    expect(take(bench, change(6n, [2]))).toBe('known')
    expect(take(bench, full())).toBe('known')
    expect(take(bench, full({ sequence: 6n, pairs: [] }))).toBe('known')
    expect(known(bench)).toEqual(['2 bela listed'])
  })

  test('[IS3] a gap, or a change before any whole list, demands the list once', () => {
    const bench = new ExchangeBench()
    expect(take(bench, change(1n, []))).toBe('gap')
    expect(take(bench, change(2n, []))).toBe('gap')
    expect(bench.sent('issuer.list-demand')).toMatchObject([{ to: { userId: ISSUER.name }, body: HOSHI }])
    bench.reply(bench.last('issuer.list-demand'), ok({ ...HOSHI, sequence: 5n }))
    expect(take(bench, full())).toBe('applied')
    expect(take(bench, change(7n, []))).toBe('gap')
    expect(bench.sent('issuer.list-demand')).toHaveLength(1)
    expect(bench.view().get('lists', CLASS)).toMatchObject({ sequence: 5n, demanded: true })
  })

  test('[IS3] a refused demand is made again with the next gap', () => {
    const bench = new ExchangeBench()
    take(bench, change(1n, []))
    bench.reply(bench.last('issuer.list-demand'), refuse('unknown_class', 'no'))
    expect(take(bench, change(2n, []))).toBe('gap')
    expect(bench.sent('issuer.list-demand')).toHaveLength(1)
  })

  test('[IS3] at every start the issuer of the security is asked; a repair at the present position is taken', () => {
    const bench = new ExchangeBench()
    take(bench, full())
    bench.ask('exchange.demand-list', OPERATOR, HOSHI)
    expect(bench.last('issuer.list-demand').to).toEqual({ role: 'issuer', security: 'HOSHI' })
    expect(take(bench, full({ pairs: [pair(2, 'bela')] }))).toBe('applied')
    expect(known(bench)).toEqual(['2 bela listed'])
    expect(bench.ask('exchange.demand-list', OPERATOR, { security: 'TSUKI', shareClass: 'common' })).toMatchObject({
      error: { code: 'not_listed' },
    })
  })

  test('[IS3] an issuer that could not be asked at the start is asked by the timer', () => {
    const bench = new ExchangeBench()
    const [, timer] = bench.role.timers
    const due = (): boolean | undefined => timer?.due(bench.view(), bench.at, bench.memory)
    expect(due()).toBe(true)
    bench.ask('exchange.demand-list', OPERATOR, HOSHI)
    expect(due()).toBe(false)
    bench.reply(bench.last('issuer.list-demand'), refuse('unknown_class', 'no'))
    expect(due()).toBe(true)
    take(bench, full())
    expect(due()).toBe(false)
  })
})

describe('a list in pages', () => {
  const first = full({ pages: 3, pairs: [pair(1, 'anna')] })
  const second = full({ pages: 3, page: 2, pairs: [pair(2, 'bela')] })
  const third = full({ pages: 3, page: 3, pairs: [pair(3, 'chie')] })

  test('[IS3] is swapped in with its last page', () => {
    const bench = new ExchangeBench()
    expect([take(bench, first), take(bench, second)]).toEqual(['applied', 'applied'])
    expect(known(bench)).toEqual([])
    expect(take(bench, third)).toBe('applied')
    expect(known(bench)).toEqual(['1 anna listed', '2 bela listed', '3 chie listed'])
    expect(bench.view().range('listPages', '', 10)).toEqual([])
  })

  test('[IS3] a new list replaces one that is half received', () => {
    const bench = new ExchangeBench()
    take(bench, first)
    take(bench, second)
    const other = { listId: 'full-8', sequence: 8n, pages: 2 }
    expect(take(bench, full({ ...other, pairs: [pair(7, 'dora')] }))).toBe('applied')
    expect(take(bench, third)).toBe('gap')
    expect(take(bench, full({ ...other, page: 2, pairs: [] }))).toBe('applied')
    expect(known(bench)).toEqual(['7 dora listed'])
  })

  test.each([
    ['a page is missing', third],
    ['the number of pages changes', { ...second, pages: 4 }],
    ['a page is beyond the last', { ...second, page: 4 }],
  ])('[IS3] %s: the list is demanded anew', (_, page) => {
    const bench = new ExchangeBench()
    take(bench, first)
    expect(take(bench, page)).toBe('gap')
    expect(bench.sent('issuer.list-demand')).toHaveLength(1)
    expect(known(bench)).toEqual([])
  })
})

describe('an ID that goes while it is on offer', () => {
  const [mine, more] = [certificate(1, 'anna', 10n), certificate(2, 'anna', 10n)]
  const offered = () => {
    const bench = listed([mine, more])
    return { bench, reception: bench.enter(sellOrder('anna', 20n, 100n, [mine, more]), [mine, more]) }
  }

  test.each([
    ['a change', (bench: ExchangeBench) => take(bench, change(2n, [1], [[9, 'anna']]))],
    ['the whole list', (bench: ExchangeBench) => take(bench, full({ sequence: 2n, pairs: [pair(2, 'anna')] }))],
    ['a change of its holder', (bench: ExchangeBench) => take(bench, change(2n, [], [[1, 'bela']]))],
  ])('[TR11] [RE4] withdraws the order at once: %s', (_, arrive) => {
    const { bench, reception } = offered()
    arrive(bench)
    expect(bench.order(reception)).toMatchObject({
      state: 'cancelled',
      reason: 'certificate_withdrawn',
      resting: 0n,
      holdState: 'released',
    })
    expect(bench.eventsOf('order').at(-1)).toMatchObject({
      topic: `user:${user('anna')}`,
      body: { reason: 'certificate_withdrawn' },
    })
    expect(bench.holder(more.certificateId)?.state).toBe('listed')
    expect(bench.memory.of(CLASS).size).toBe(0)
  })

  test('[TR11] also before the hold is there', () => {
    const bench = listed([mine])
    const reception = bench.place(sellOrder('anna', 10n, 100n, [mine]), [mine])
    take(bench, change(2n, [1]))
    expect([...bench.answers.values()]).toMatchObject([{ ok: false, error: { code: 'certificate_withdrawn' } }])
    bench.grant()
    expect(bench.order(reception)).toMatchObject({ state: 'cancelled', holdState: 'released' })
  })

  test('[TR11] not by our own match', () => {
    const { bench, reception } = offered()
    bench.enter(buyOrder('bela', 10n, 100n))
    take(bench, change(2n, [1], [[9, 'bela']]))
    expect(bench.order(reception)).toMatchObject({ state: 'partly_filled', resting: 10n })
    expect(bench.holder(mine.certificateId)?.state).toBe('gone')
  })
})
