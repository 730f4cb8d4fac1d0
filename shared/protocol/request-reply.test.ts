import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signJws } from '../signing/jws.ts'
import { party, eventOf, replyOf, requestIn, serverOf, trustIn, type Party } from './message-fixture.ts'
import { buildRequest, readEvent, readReply, type SentRequest } from './request-reply.ts'

const keys = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })

const wallet = await party('inv-0000000001', 'investor', keys())
const exchange = await party('exc-0000000001', 'exchange', keys())
const otherExchange = await party('exc-0000000002', 'exchange', keys())
const settlement = await party('set-0000000001', 'settlement', keys())
const stranger = await party('set-0000000009', 'settlement', keys())
const trust = trustIn(wallet, exchange, otherExchange, settlement)

const reception = 'OR-00000001'
const cancelled = { receptionNumber: reception, cancelled: '5' }

async function cancel(id: string, to: Party = exchange) {
  const draft = {
    operation: 'exchange.cancel',
    id,
    from: wallet.userId,
    to: to.userId,
    at: 0,
    body: { receptionNumber: reception },
  } as const
  const { jws, hash } = await buildRequest(draft, wallet.signer)
  const sent: SentRequest<'exchange.cancel'> = { ...draft, hash }
  return { jws, sent }
}

describe('request', () => {
  test('[SIG2] bears the ID that its sender chose, sender, addressee and the body in wire form', async () => {
    const { jws } = await cancel('request-00000001')
    expect(requestIn(jws)).toEqual({
      typ: 'kabuken.exchange.cancel',
      id: 'request-00000001',
      from: wallet.userId,
      body: { receptionNumber: reception },
    })
  })
})

describe('reply', () => {
  test('[SIG2] of the server asked, to this request, is read into memory form', async () => {
    const { jws, sent } = await cancel('request-00000001')
    const reply = await replyOf(exchange, jws, 'exchange.cancel', cancelled)
    expect(await readReply(reply, sent, serverOf(exchange), trust)).toEqual({
      ok: true,
      value: { ok: true, value: { receptionNumber: reception, cancelled: 5n } },
    })
  })

  test('[SIG7] a signed refusal gives its code, and is an answer', async () => {
    const { jws, sent } = await cancel('request-00000001')
    const reply = await replyOf(exchange, jws, 'refusal', { code: 'order_unknown', message: 'no such order' })
    expect(await readReply(reply, sent, serverOf(exchange), trust)).toEqual({
      ok: true,
      value: { ok: false, error: { code: 'order_unknown', message: 'no such order' } },
    })
  })

  const bad: readonly {
    title: string
    code: string
    make: (jws: string, sent: SentRequest<'exchange.cancel'>) => Promise<string>
  }[] = [
    {
      title: '[A5] the reply of request A delivered for request B answers nothing',
      code: 'response_not_bound',
      make: async () => replyOf(exchange, (await cancel('request-00000002')).jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[A5] nor does the refusal of request A',
      code: 'response_not_bound',
      make: async () =>
        replyOf(exchange, (await cancel('request-00000002')).jws, 'refusal', { code: 'not_ready', message: '' }),
    },
    {
      title: '[A5] the right ID over another content answers nothing',
      code: 'response_not_bound',
      make: async (_, sent) =>
        replyOf(exchange, (await cancel(sent.id, otherExchange)).jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[A6] signed with the key of a server of another role',
      code: 'wrong_role',
      make: (jws) => replyOf(settlement, jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[A6] signed with the key of an investor',
      code: 'wrong_role',
      make: (jws) => replyOf(wallet, jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[A6] signed by another server of the same role',
      code: 'wrong_sender',
      make: (jws) => replyOf(otherExchange, jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[SIG2] in the name of another server than the signer',
      code: 'wrong_sender',
      make: (jws) => replyOf({ ...exchange, userId: otherExchange.userId }, jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[SIG1] signed by nobody of this market',
      code: 'unknown_signer',
      make: (jws) => replyOf(stranger, jws, 'exchange.cancel', cancelled),
    },
    {
      title: '[SIG1] signed with another key than that of the certificate it names',
      code: 'bad_signature',
      make: async (jws) => {
        const forged = { ...exchange, signer: { ...settlement.signer, name: exchange.signer.name } }
        return replyOf(forged, jws, 'exchange.cancel', cancelled)
      },
    },
    {
      title: '[A13] the reply of another operation',
      code: 'wrong_typ',
      make: (jws) => replyOf(exchange, jws, 'exchange.replace', { receptionNumber: reception, remaining: '5' }),
    },
    {
      title: '[SIG1] a body that the operation does not have',
      code: 'bad_schema',
      make: (jws) => replyOf(exchange, jws, 'exchange.cancel', { ...cancelled, gift: '1' }),
    },
    {
      title: '[A15] a body with an amount that is none',
      code: 'bad_amount',
      make: (jws) => replyOf(exchange, jws, 'exchange.cancel', { ...cancelled, cancelled: '-5' }),
    },
    {
      title: '[SIG1] a chain that does not begin with the certificate it names',
      code: 'header_not_allowed',
      make: (_, sent) => signJws(exchange.signer, 'kabuken.refusal', { id: sent.id }, { x5c: settlement.chain }),
    },
    { title: '[SIG1] something that is no message', code: 'bad_jws', make: async () => 'not.a-message' },
  ]

  test.each(bad)('$title', async ({ make, code }) => {
    const { jws, sent } = await cancel('request-00000001')
    const read = await readReply(await make(jws, sent), sent, serverOf(exchange), trust)
    expect(read).toMatchObject({ ok: false, error: { code } })
  })
})

describe('event', () => {
  test('[TR12] of the server that the connection goes to is read', async () => {
    const event = await eventOf(exchange, 'market:HOSHI:common', 7n)
    expect(await readEvent(event, serverOf(exchange), trust)).toEqual({
      ok: true,
      value: { topic: 'market:HOSHI:common', sequence: 7n, at: 0, kind: 'trade', body: {} },
    })
  })

  test.each([
    ['[A6] of another role', settlement, 'wrong_role'],
    ['[A6] of another server', otherExchange, 'wrong_sender'],
    ['[SIG1] of nobody', stranger, 'unknown_signer'],
  ] as const)('%s is refused', async (_, server, code) => {
    const event = await eventOf(server, 'market:HOSHI:common', 7n)
    expect(await readEvent(event, serverOf(exchange), trust)).toMatchObject({ ok: false, error: { code } })
  })

  test('[A13] a reply is no event', async () => {
    const reply = await replyOf(exchange, (await cancel('request-00000001')).jws, 'exchange.cancel', cancelled)
    expect(await readEvent(reply, serverOf(exchange), trust)).toMatchObject({ ok: false, error: { code: 'wrong_typ' } })
  })
})
