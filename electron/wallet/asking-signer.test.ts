import { beforeAll, describe, expect, it } from 'vitest'
import { writeMembers } from '../../shared/documents/document.ts'
import { endorsement } from '../../shared/documents/endorsement.ts'
import type { Order } from '../../shared/documents/order.ts'
import { shareCertificate, type ShareCertificate } from '../../shared/documents/share-certificate.ts'
import { fromUtf8, toUtf8 } from '../../shared/kernel/bytes.ts'
import type { OperationName, RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { buildRequest } from '../../shared/protocol/request-reply.ts'
import { signingInput, signJws, type Signer } from '../../shared/signing/jws.ts'
import { importSigner } from '../../shared/signing/webcrypto.ts'
import type { SigningSummary } from './api.ts'
import { askingSigner } from './asking-signer.ts'

const NOW = Date.UTC(2026, 0, 5)
const SEALED = 'a.b.c.d.e'
const HOSHI = { security: 'HOSHI', shareClass: 'common' } as const

let key: Signer

beforeAll(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  key = await importSigner(pkcs8, 'ES256', { 'x5t#S256': 'A'.repeat(43) })
})

/** A signer that records what it asks, and gets the same answer each time. */
function asking(answer: boolean): { readonly signer: Signer; readonly asked: SigningSummary[] } {
  const asked: SigningSummary[] = []
  const confirm = (summary: SigningSummary): Promise<boolean> => {
    asked.push(summary)
    return Promise.resolve(answer)
  }
  const nameOf = (userId: string): string | undefined => (userId === 'exc-0000000000' ? 'Exchange' : undefined)
  return { signer: askingSigner(key, confirm, nameOf), asked }
}

function request<Name extends OperationName>(operation: Name, body: RequestBody<Name>, signer: Signer) {
  const draft = { operation, id: 'request-00000001', from: 'inv-0000000000', to: 'exc-0000000000', at: NOW, body }
  return buildRequest(draft, signer)
}

async function certificate(change: Partial<ShareCertificate> = {}): Promise<string> {
  const content: ShareCertificate = {
    companyName: 'Hoshizora Brewing',
    incorporatedOn: '1987-06-14',
    certificateNumber: '000001',
    certificateId: '0'.repeat(26),
    ...HOSHI,
    quantity: 100n,
    currency: 'JPY',
    issuedAt: NOW,
    holderName: 'Aoi Hanada',
    userId: 'inv-0000000000',
    transferRestriction: 'none',
    signatureAlgorithm: 'ES256',
    issuingAgent: { userId: 'iss-0000000000', name: 'Agent', url: 'wss://issuer.example/issuer' },
    ...change,
  }
  return signJws(key, shareCertificate.typ, writeMembers(shareCertificate.schema, content))
}

/** The attached certificate is the one of zeros. */
async function signEndorsement(digit: string, signer: Signer): Promise<string> {
  const content = {
    certificateId: digit.repeat(26),
    certificate: await certificate(),
    quantity: 40n,
    transferorUserId: 'inv-0000000000',
    transfereeUserId: 'inv-1111111111',
    cause: 'gift' as const,
    issuedAt: NOW,
    validUntil: NOW + 86_400_000,
  }
  return signJws(signer, endorsement.typ, writeMembers(endorsement.schema, content))
}

async function sale(change: Partial<Extract<Order, { side: 'sell' }>> = {}): Promise<Order> {
  return {
    side: 'sell',
    ...HOSHI,
    price: { kind: 'limit', limitMinor: 1_200n },
    currency: 'JPY',
    quantity: 60n,
    timeInForce: { kind: 'day' },
    userId: 'inv-0000000000',
    settlementAccount: SEALED,
    certificateIds: ['0'.repeat(26)],
    certificates: [await certificate()],
    ...change,
  }
}

describe('the signer that asks', () => {
  it('shows an order as its bytes say it, with the certificates read from their own bytes', async () => {
    const { signer, asked } = asking(true)
    await request('exchange.order', await sale(), signer)
    const named = { certificateId: '0'.repeat(26), companyName: 'Hoshizora Brewing', ...HOSHI, quantity: 100n }
    expect(asked).toEqual([
      {
        kind: 'order',
        side: 'sell',
        ...HOSHI,
        price: { kind: 'limit', limitMinor: 1_200n },
        currency: 'JPY',
        quantity: 60n,
        timeInForce: { kind: 'day' },
        certificates: [named],
        limitAmountMinor: 72_000n,
        to: 'exc-0000000000',
        toName: 'Exchange',
        requestId: 'request-00000001',
        at: NOW,
      },
    ])
  })

  it('signs nothing when the person says no', async () => {
    const { signer } = asking(false)
    await expect(request('exchange.order', await sale(), signer)).rejects.toMatchObject({ code: 'not_confirmed' })
  })

  it('signs the bytes that it showed, whatever becomes of those it was given', async () => {
    const reached: string[] = []
    const recording: Signer = { ...key, sign: (input) => (reached.push(fromUtf8(input) ?? ''), key.sign(input)) }
    await request('exchange.order', await sale(), recording)
    const answer = Promise.withResolvers<boolean>()
    const signer = askingSigner(
      recording,
      () => answer.promise,
      () => undefined,
    )
    const given = toUtf8(reached[0] ?? '')
    const signed = signer.sign(given)
    given.fill(0)
    answer.resolve(true)
    await signed
    expect(reached).toHaveLength(2)
    expect(reached[1]).toBe(reached[0])
  })

  it('shows an endorsement: which certificate, how many shares, to whom, until when', async () => {
    const { signer, asked } = asking(true)
    await signEndorsement('0', signer)
    expect(asked).toMatchObject([
      { kind: 'endorsement', quantity: 40n, transfereeUserId: 'inv-1111111111', certificate: { quantity: 100n } },
    ])
  })

  it('asks nobody about an inquiry and about collecting what is ours already', async () => {
    const { signer, asked } = asking(false)
    await request('exchange.listings', {}, signer)
    const ground = { kind: 'transfer', transferNumber: 'TR-00000001' } as const
    const holder = { userId: 'inv-0000000000', holderName: 'Aoi Hanada', postalAddress: '3-1 Kawabata' }
    await request('issuer.issue', { ...holder, ...HOSHI, quantity: 1n, dividendAccount: SEALED, ground }, signer)
    expect(asked).toEqual([])
  })

  it.each<[OperationName, () => Promise<unknown>]>([
    ['exchange.order', sale],
    ['exchange.cancel', async () => ({ receptionNumber: 'OR-00000001' })],
    [
      'exchange.replace',
      async () => ({ receptionNumber: 'OR-00000001', price: { kind: 'limit', limitMinor: 9n }, quantity: 1n }),
    ],
    [
      'issuer.reissue',
      async () => ({
        userId: 'inv-0000000000',
        ...HOSHI,
        ground: { kind: 'withdrawal', certificate: await certificate() },
      }),
    ],
    [
      'issuer.issue',
      async () => ({
        userId: 'inv-0000000000',
        holderName: 'Aoi Hanada',
        postalAddress: '3-1 Kawabata',
        ...HOSHI,
        quantity: 1n,
        dividendAccount: SEALED,
        ground: { kind: 'offering', offeringNumber: 'OF-000001', termsHash: 'A'.repeat(43) },
      }),
    ],
    ['settlement.open-account', async () => ({ account: SEALED, name: 'Aoi Hanada', currency: 'JPY' })],
  ])('asks before it signs %s', async (operation, body) => {
    const { signer, asked } = asking(false)
    const made = (await body()) as RequestBody<typeof operation>
    await expect(request(operation, made, signer)).rejects.toMatchObject({ code: 'not_confirmed' })
    expect(asked).toHaveLength(1)
  })

  it('refuses to sign an endorsement of another certificate than is attached', async () => {
    const { signer, asked } = asking(true)
    await expect(signEndorsement('1', signer)).rejects.toMatchObject({ code: 'kind_not_allowed' })
    expect(asked).toEqual([])
  })

  it.each([
    ['a certificate that is not the one that is named', async () => sale({ certificateIds: ['1'.repeat(26)] })],
    ['fewer certificates than are named', async () => sale({ certificateIds: ['0'.repeat(26), '1'.repeat(26)] })],
    ['something else in place of a certificate', async () => sale({ certificates: ['a.b.c'] })],
  ])('refuses to sign an order with %s', async (_, order) => {
    const { signer, asked } = asking(true)
    await expect(request('exchange.order', await order(), signer)).rejects.toMatchObject({ code: 'kind_not_allowed' })
    expect(asked).toEqual([])
  })

  it.each([
    ['bytes that are no document', 'give me a signature'],
    ['a session of its own making', signingInput({ alg: 'ES256', typ: 'kabuken.session', kid: 'A'.repeat(43) }, {})],
    ['a share certificate', signingInput({ alg: 'ES256', typ: shareCertificate.typ, kid: 'A'.repeat(43) }, {})],
    ['an operator’s command', signingInput({ alg: 'ES256', typ: 'kabuken.issuer.stop', kid: 'A'.repeat(43) }, {})],
    [
      'an order without content',
      signingInput({ alg: 'ES256', typ: 'kabuken.exchange.order', kid: 'A'.repeat(43) }, {}),
    ],
  ])('refuses to sign %s', async (_, input) => {
    const { signer, asked } = asking(true)
    await expect(signer.sign(toUtf8(input))).rejects.toMatchObject({ code: 'kind_not_allowed' })
    expect(asked).toEqual([])
  })
})
