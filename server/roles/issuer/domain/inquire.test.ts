import { describe, expect, test } from 'vitest'
import {
  ALICE,
  AT,
  BOB,
  certificateIn,
  COMMON,
  DAY,
  EXCHANGE,
  Issuer,
  matchOf,
  OPERATOR,
  presented,
  saleOf,
} from '../issuer-fixture.ts'

describe('holdings', () => {
  test('[RE1] one’s own entries, with what is still to be collected', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    await issuer.give(BOB, 10n)
    const sale = matchOf(saleOf(ALICE, [held]), held.certificateId, 60n)
    const { reply } = await issuer.done('issuer.match-transfer', EXCHANGE, sale)
    const live = await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'live' })
    expect(live.reply).toMatchObject({
      userId: ALICE.name,
      entries: [{ certificateId: reply.remainder?.certificateId, quantity: 40n, toCollect: 'TR-0000000001' }],
      more: false,
    })
    const all = await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'all' })
    expect(all.reply.entries.map(({ state }) => state).toSorted()).toEqual(['live', 'retired'])
    const none = await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'all', security: 'OTHER' })
    expect(none.reply.entries).toEqual([])
  })

  test('[RE1] a stopped certificate is shown with its state', async () => {
    const issuer = new Issuer()
    const { certificateId } = await issuer.give(ALICE, 100n)
    await issuer.done('issuer.stop', OPERATOR, { certificateId, stopped: true, ground: 'stolen', operator: 'Olga' })
    const { reply } = await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'live' })
    expect(reply.entries).toMatchObject([{ certificateId, state: 'stopped' }])
  })

  test('[RE1] nobody else’s', async () => {
    const issuer = new Issuer()
    expect(await issuer.code('issuer.holdings', BOB, { userId: ALICE.name, scope: 'all' })).toBe('wrong_user')
  })

  test('[RE1] pages hold 100 entries, or fewer where these are long', async () => {
    const issuer = new Issuer()
    const line = { ...COMMON, holderName: 'Alice', userId: ALICE.name, quantity: 1n }
    const short = Array.from({ length: 50 }, () => ({ ...line, conditionsOfIssue: 'x' }))
    for (let i = 0; i < 3; i += 1) await issuer.done('issuer.allot', OPERATOR, { allotments: short, operator: 'O' })
    const first = (await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'live' })).reply
    expect(first).toMatchObject({ more: true })
    const seen = new Set(first.entries.map(({ certificateId }) => certificateId))
    expect(seen.size).toBe(100)
    const after = first.entries.at(-1)?.certificateId ?? ''
    const second = (await issuer.done('issuer.holdings', ALICE, { userId: ALICE.name, scope: 'live', after })).reply
    expect(second).toMatchObject({ more: false })
    for (const { certificateId } of second.entries) seen.add(certificateId)
    expect(seen.size).toBe(150)
    const long = Array.from({ length: 50 }, () => ({ ...line, userId: BOB.name, conditionsOfIssue: '株'.repeat(500) }))
    await issuer.done('issuer.allot', OPERATOR, { allotments: long, operator: 'O' })
    const { reply } = await issuer.done('issuer.holdings', BOB, { userId: BOB.name, scope: 'live' })
    expect(reply).toMatchObject({ more: true })
    expect(reply.entries.length).toBeLessThan(25)
  })
})

describe('certificate', () => {
  test('[RE1] one’s own live certificate once more: the same, under the same ID (SIG5)', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    issuer.at += DAY
    const before = issuer.stored()
    const { reply } = await issuer.done('issuer.certificate', ALICE, { certificateId: held.certificateId })
    expect({ jws: reply.certificate, ...certificateIn(reply.certificate) }).toEqual(held)
    expect(issuer.stored()).toBe(before)
  })

  test('[RE1] not another’s, not a retired one, not an unknown one', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    const { certificateId } = held
    expect(await issuer.code('issuer.certificate', BOB, { certificateId })).toBe('not_holder')
    await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    expect(await issuer.code('issuer.certificate', ALICE, { certificateId })).toBe('certificate_superseded')
    const unknown = { certificateId: 'Z'.repeat(26) }
    expect(await issuer.code('issuer.certificate', ALICE, unknown)).toBe('certificate_unknown')
    expect(await issuer.code('issuer.certificate-state', ALICE, unknown)).toBe('certificate_unknown')
  })

  test('[TF2] a live ID is said to be live', async () => {
    const issuer = new Issuer()
    const { certificateId } = await issuer.give(ALICE, 100n)
    const { reply } = await issuer.done('issuer.certificate-state', BOB, { certificateId })
    expect(reply).toEqual({ certificateId, state: 'live', at: AT })
  })
})

describe('register', () => {
  test('[RE5] the register as of any instant, with every stop and what ended each entry', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n, { acquiredAt: AT - 100 * DAY })
    const { certificateId } = held
    const stop = { certificateId, ground: 'stolen', operator: 'Olga' }
    issuer.at = AT + 1000
    await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: true })
    issuer.at = AT + 2000
    await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: false })
    issuer.at = AT + 3000
    const { reply } = await issuer.done('issuer.transfer', BOB, presented(held, BOB, { quantity: 30n }))
    issuer.at = AT + 4000
    const at = async (asOf: number | undefined, scope: 'live' | 'all' = 'live') => {
      const { reply: page } = await issuer.done('issuer.register', OPERATOR, {
        scope,
        ...(asOf !== undefined && { asOf }),
      })
      return page.entries
        .map((entry) => `${entry.userId} ${entry.quantity} ${entry.state}`)
        .toSorted()
        .join(', ')
    }
    expect(await at(AT - 1)).toBe('')
    expect(await at(AT)).toBe(`${ALICE.name} 100 live`)
    expect(await at(AT + 1000)).toBe(`${ALICE.name} 100 stopped`)
    expect(await at(AT + 2999)).toBe(`${ALICE.name} 100 live`)
    const now = `${BOB.name} 30 live, ${ALICE.name} 70 live`
    expect(await at(AT + 3000)).toBe(now.split(', ').toSorted().join(', '))
    expect(await at(undefined)).toBe(await at(AT + 3000))
    expect(await at(undefined, 'all')).toContain(`${ALICE.name} 100 retired`)
    const one = await issuer.done('issuer.register', OPERATOR, { scope: 'all', security: 'HOSHI' })
    expect(one.reply.entries.find((entry) => entry.certificateId === certificateId)).toMatchObject({
      acquiredAt: AT - 100 * DAY,
      retiredAt: AT + 3000,
      retiredBy: reply.transferNumber,
    })
    const none = await issuer.done('issuer.register', OPERATOR, { scope: 'all', security: 'OTHER' })
    expect(none.reply).toEqual({ entries: [], more: false })
  })

  test('[RE5] register and history in pages, each entry once', async () => {
    const issuer = new Issuer()
    const line = { ...COMMON, holderName: 'Alice', userId: ALICE.name, quantity: 1n, conditionsOfIssue: 'x' }
    const allotments = Array.from({ length: 45 }, () => line)
    for (let i = 0; i < 5; i += 1) await issuer.done('issuer.allot', OPERATOR, { allotments, operator: 'Olga' })
    for (const security of [undefined, 'HOSHI']) {
      const seen: string[] = []
      for (let more = true; more;) {
        const after = seen.at(-1)
        const { reply } = await issuer.done('issuer.register', OPERATOR, {
          scope: 'live',
          ...(security !== undefined && { security }),
          ...(after !== undefined && { after }),
        })
        seen.push(...reply.entries.map(({ certificateId }) => certificateId))
        more = reply.more
      }
      expect(seen).toEqual(issuer.entries().map(({ certificateId }) => certificateId))
    }
  })

  test('[RE5] the history follows the transfer numbers', async () => {
    const issuer = new Issuer()
    let held = await issuer.give(ALICE, 100n)
    for (const to of [BOB, ALICE, BOB]) {
      const { reply } = await issuer.done('issuer.transfer', to, presented(held, to))
      held = await issuer.collect(to, 100n, { kind: 'transfer', transferNumber: reply.transferNumber })
    }
    const all = (await issuer.done('issuer.history', OPERATOR, { security: 'HOSHI' })).reply
    expect(all.entries.map(({ transferNumber }) => Number(transferNumber.slice(3)))).toEqual([1, 2, 3])
    const rest = (await issuer.done('issuer.history', OPERATOR, { after: 'TR-0000000002' })).reply
    expect(rest).toMatchObject({ entries: [{ transferNumber: 'TR-0000000003', cause: 'gift' }], more: false })
  })
})

describe('stopping', () => {
  const stop = (certificateId: string, stopped: boolean) => ({ certificateId, stopped, ground: 'theft', operator: 'O' })

  test('[TR11] the ground is on record and the holder is told', async () => {
    const issuer = new Issuer()
    const { certificateId } = await issuer.give(ALICE, 100n)
    const { reply, events } = await issuer.done('issuer.stop', OPERATOR, stop(certificateId, true))
    expect(reply).toEqual({ certificateId, state: 'stopped' })
    expect(events).toMatchObject([
      { topic: `user:${ALICE.name}`, kind: 'certificate-stopped', body: { stopped: true } },
    ])
    expect(issuer.view.get('stops', 'ST-0000000001')).toMatchObject({ ground: 'theft', operator: 'O', stopped: true })
    expect(await issuer.code('issuer.stop', OPERATOR, stop(certificateId, true))).toBe('already_stopped')
    expect(await issuer.totals()).toMatchObject([{ issued: 100n, live: 100n }, {}])
  })

  test('[TR11] only what can move is stopped, only what is stopped is released', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    expect(await issuer.code('issuer.stop', OPERATOR, stop(held.certificateId, false))).toBe('not_stopped')
    await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    expect(await issuer.code('issuer.stop', OPERATOR, stop(held.certificateId, true))).toBe('certificate_superseded')
    expect(await issuer.code('issuer.stop', OPERATOR, stop('Z'.repeat(26), true))).toBe('certificate_unknown')
  })
})
