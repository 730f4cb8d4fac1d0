import { describe, expect, test } from 'vitest'
import type { CertificateList } from '../../../../shared/documents/certificate-list.ts'
import type { Message, Sender } from '../../../commit/decision.ts'
import {
  ALICE,
  BOB,
  COMMON,
  EXCHANGE,
  Issuer,
  matchOf,
  OPERATOR,
  presented,
  saleOf,
  settingsWith,
} from '../issuer-fixture.ts'

const OTHER: Sender = { ...EXCHANGE, name: 'exc-0000000002' }

const listsIn = (messages: readonly Message[]): CertificateList[] => messages.map(({ body }) => body as CertificateList)

describe('certificate ID list', () => {
  test('[IS3] S61-63: whole on demand, in pages, at its position; nobody’s list is one empty page', async () => {
    const issuer = new Issuer()
    const empty = await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    expect(empty.reply).toEqual({ ...COMMON, sequence: 0n })
    expect(listsIn(empty.messages)).toMatchObject([
      { kind: 'full', page: 1, pages: 1, issued: 0n, pairs: [], sequence: 0n },
    ])
    const allotments = Array.from({ length: 45 }, () => {
      return { ...COMMON, holderName: 'Alice', userId: ALICE.name, quantity: 1n, conditionsOfIssue: 'x' }
    })
    for (let i = 0; i < 9; i += 1) await issuer.done('issuer.allot', OPERATOR, { allotments, operator: 'Olga' })
    const full = await issuer.done('issuer.list-demand', OTHER, COMMON)
    expect(full.messages.every(({ to }) => 'userId' in to && to.userId === OTHER.name)).toBe(true)
    const pages = listsIn(full.messages)
    expect(pages).toMatchObject([
      { kind: 'full', page: 1, pages: 2, issued: 405n, sequence: 9n },
      { kind: 'full', page: 2, pages: 2, sequence: 9n },
    ])
    const pairs = pages.flatMap((page) => (page.kind === 'full' ? page.pairs : []))
    expect(new Set(pairs.map(({ certificateId }) => certificateId)).size).toBe(405)
  })

  test('[IS3] then every change as it happens, one position each, to every exchange that follows the class', async () => {
    const issuer = new Issuer()
    await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    await issuer.done('issuer.list-demand', OTHER, COMMON)
    await issuer.done('issuer.list-demand', OTHER, { ...COMMON, shareClass: 'preferred' })
    const held = await issuer.give(ALICE, 100n)
    const moved = await issuer.done(
      'issuer.match-transfer',
      EXCHANGE,
      matchOf(saleOf(ALICE, [held]), held.certificateId, 60n),
    )
    expect(moved.messages.map(({ to }) => to)).toEqual([{ userId: EXCHANGE.name }, { userId: OTHER.name }])
    const { transferred, remainder } = moved.reply
    expect(listsIn(moved.messages)[0]).toEqual({
      kind: 'change',
      listId: 'HOSHI:common:2',
      ...COMMON,
      sequence: 2n,
      issued: 100n,
      removed: [held.certificateId],
      added: [transferred, remainder].map((made) => ({ certificateId: made?.certificateId, userId: made?.userId })),
    })
    expect(moved.reply.listSequence).toBe(2n)
  })

  test('[IS3] one import is one change', async () => {
    const issuer = new Issuer()
    await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    const one = { ...COMMON, holderName: 'Alice', userId: ALICE.name, quantity: 1n, conditionsOfIssue: 'x' }
    const { messages } = await issuer.done('issuer.allot', OPERATOR, { allotments: [one, one, one], operator: 'Olga' })
    expect(listsIn(messages)).toMatchObject([{ kind: 'change', sequence: 1n, issued: 3n, added: [{}, {}, {}] }])
  })

  test('[TF3] exchanges get the change of a hand-over', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    const { messages } = await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    expect(listsIn(messages)).toMatchObject([{ removed: [held.certificateId], added: [{ userId: BOB.name }] }])
  })

  test('[IS3] a stopped certificate leaves the list and comes back when it is released', async () => {
    const issuer = new Issuer(settingsWith())
    const held = await issuer.give(ALICE, 100n)
    await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    const stop = { certificateId: held.certificateId, ground: 'stolen', operator: 'Olga' }
    const stopped = await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: true })
    expect(listsIn(stopped.messages)).toMatchObject([{ removed: [held.certificateId], added: [], sequence: 2n }])
    const full = await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    expect(listsIn(full.messages)).toMatchObject([{ pairs: [], sequence: 2n }])
    const released = await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: false })
    expect(listsIn(released.messages)).toMatchObject([
      { removed: [], added: [{ certificateId: held.certificateId, userId: ALICE.name }], sequence: 3n },
    ])
  })

  test('[IS3] refused for a class whose register is not kept here', async () => {
    const issuer = new Issuer()
    expect(await issuer.code('issuer.list-demand', EXCHANGE, { ...COMMON, security: 'OTHER' })).toBe('unknown_class')
  })
})
