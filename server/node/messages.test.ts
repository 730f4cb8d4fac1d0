import { createHmac } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64Url, toUtf8 } from '../../shared/kernel/bytes.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { MAX_MESSAGE_BYTES } from '../../shared/protocol/limits.ts'
import { buy, issue } from './testing/bodies.ts'
import type { Member, Signed } from './testing/member.ts'
import { CURRENCY } from './testing/cast.ts'
import { openTestMarket, SERVER_ROLES, type TestMarket } from './testing/market.ts'
import { codeOf, openSession, partsOf, signBytes, type Caller, type RawSession } from './testing/raw-session.ts'

/** Stand in each honest request below, where an attack puts something else. */
const AMOUNT = '"4711"'
const TEXT = '"Marker"'

let market: TestMarket
/** Somebody who may ask for it, and an honest request with an amount and a text, for each role. It is never sent as it is. */
const honest = new Map<ServerRole, { readonly member: Member; readonly signed: Signed }>()
/** Counts who comes to fetch a key. */
let fetched = 0
const bait = createServer((socket) => {
  fetched += 1
  socket.destroy()
})

beforeAll(async () => {
  market = await openTestMarket()
  await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve))
  const ren = await market.investor('Ren Amano', 1_000_000n)
  const settlement = await market.server('settlement')
  const authority = await market.server('authority')
  const { member } = ren
  const policy = {
    orderLimitMinor: 4711n,
    dayLimitMinor: 1n,
    currency: CURRENCY,
    shortSellingProhibited: true,
  }
  const deposit = {
    userId: member.userId,
    currency: CURRENCY,
    amountMinor: 4711n,
    reference: 'paper 1',
    operator: 'Marker',
  }
  const signed = {
    authority: authority.sign('authority.approve', { applicationNumber: 'AP-000001', policy, operator: 'Marker' }),
    issuer: member.sign('issuer.issue', async (id) => ({
      ...(await issue(ren, 4711n, { kind: 'transfer', transferNumber: 'TR-00000001' })(id)),
      postalAddress: 'Marker',
    })),
    exchange: member.sign('exchange.order', buy(ren, 4711n, { postalAddress: 'Marker' })),
    settlement: settlement.sign('settlement.deposit', deposit),
  }
  const asker = { authority, issuer: member, exchange: member, settlement }
  for (const role of SERVER_ROLES) honest.set(role, { member: asker[role], signed: await signed[role] })
})

afterAll(async () => {
  bait.close()
  await market.close()
})

type Attack = (request: ReturnType<typeof partsOf> & { readonly jws: string; readonly member: Member }) => string

/** The header says something else and is signed for. */
function withHeader(change: (header: Record<string, unknown>) => Record<string, unknown>): Attack {
  return ({ header, payload, member }) => {
    const changed = change(JSON.parse(header) as Record<string, unknown>)
    return signBytes(member.signer, toUtf8(JSON.stringify(sorted(changed))), toUtf8(payload))
  }
}

const sorted = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The payload says something else, byte by byte, and is signed for. */
function withPayload(what: string | RegExp, instead: string): Attack {
  return ({ header, payload, member }) => {
    expect(payload.search(what)).toBeGreaterThan(0)
    return signBytes(member.signer, toUtf8(header), toUtf8(payload.replace(what, instead)))
  }
}

function withSignature(change: (signature: string) => string): Attack {
  return ({ jws, signature }) => jws.slice(0, -signature.length) + change(signature)
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function otherHalf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const s = P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]).toString(
    'base64url',
  )
}

/** 64 octets leave four bits of the last character unused. */
const spareBits = (signature: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1) ?? '') + 1]
}

const unsigned: Attack = ({ header, payload }) => {
  const { typ, 'x5t#S256': name } = JSON.parse(header) as Record<string, unknown>
  return `${toBase64Url(toUtf8(JSON.stringify({ alg: 'none', typ, 'x5t#S256': name })))}.${toBase64Url(toUtf8(payload))}.`
}

const hashed: Attack = ({ header, payload, member }) => {
  const changed = JSON.stringify({ ...(JSON.parse(header) as object), alg: 'HS256' })
  const input = `${toBase64Url(toUtf8(changed))}.${toBase64Url(toUtf8(payload))}`
  return `${input}.${createHmac('sha256', member.keys.spki).update(input).digest('base64url')}`
}

const address = (): string => `http://127.0.0.1:${(bait.address() as AddressInfo).port}/key`
const jwk = { crv: 'P-256', kty: 'EC', x: 'A'.repeat(43), y: 'A'.repeat(43) }

const attacks: readonly (readonly [title: string, attack: Attack, code: string])[] = [
  ['[A8] no algorithm, no signature', unsigned, 'bad_alg'],
  ['[A9] the public key as a shared secret', hashed, 'bad_alg'],
  ['[A10] a key of its own', withHeader((header) => ({ ...header, jwk })), 'header_not_allowed'],
  ['[A10] an address of keys', withHeader((header) => ({ ...header, jku: address() })), 'header_not_allowed'],
  ['[A10] an address of certificates', withHeader((header) => ({ ...header, x5u: address() })), 'header_not_allowed'],
  [
    '[A11] a payload that is not encoded',
    withHeader((header) => ({ ...header, b64: false, crit: ['b64'] })),
    'header_not_allowed',
  ],
  ['[A12] the other half of the curve', withSignature(otherHalf), 'not_canonical'],
  ['[A12] padding', withSignature((signature) => `${signature}==`), 'not_canonical'],
  ['[A12] a space', withSignature((signature) => `${signature} `), 'not_canonical'],
  ['[A12] spare bits', withSignature(spareBits), 'not_canonical'],
  ['[A13] a document of another kind', withHeader((header) => ({ ...header, typ: 'JWT' })), 'wrong_typ'],
  [
    '[A13] a share certificate as a request',
    withHeader((header) => ({ ...header, typ: 'kabuken.share-certificate' })),
    'wrong_typ',
  ],
  [
    '[A13] a reply as a request',
    withHeader((header) => ({ ...header, typ: 'kabuken.issuer.issue.reply' })),
    'wrong_typ',
  ],
  [
    'a request of an operation that no role has',
    withHeader((header) => ({ ...header, typ: 'kabuken.exchange.bribe' })),
    'unknown_operation',
  ],
  ['[A14] a member twice', withPayload(/"\w+":"4711"/, '$&,$&'), 'bad_json.duplicate_member'],
  ...['"0"', '"-5"', '"1e3"', '" 1"', '"01"', '"9223372036854775808"', '"１"', '4711'].map(
    (amount) => [`[A15] the amount ${amount}`, withPayload(AMOUNT, amount), 'bad_amount'] as const,
  ),
  ...['1.5', '9007199254740993'].map(
    (amount) => [`[A15] the amount ${amount} as a number`, withPayload(AMOUNT, amount), 'bad_number'] as const,
  ),
  ['[A15] the amount 1e3 as a number', withPayload(AMOUNT, '1e3'), 'not_canonical'],
  ['[A15] the amount NaN', withPayload(AMOUNT, 'NaN'), 'bad_json'],
  ['[A17] a NUL', withPayload(TEXT, '"Mar\\u0000ker"'), 'bad_text'],
  ['[A17] a change of direction', withPayload(TEXT, '"Mar\u202eker"'), 'bad_text'],
  ['[A17] a line of its own', withPayload(TEXT, '"Marker\\nlevel=error"'), 'bad_text'],
  ['[A17] half a surrogate pair', withPayload(TEXT, '"Mar\\ud800ker"'), 'bad_text'],
  [
    '[A17] invalid UTF-8',
    ({ header, payload, member }) => {
      const bytes = Buffer.from(payload)
      bytes[bytes.indexOf('Marker')] = 0xff
      return signBytes(member.signer, toUtf8(header), bytes)
    },
    'bad_utf8',
  ],
  ['[A18] 15,000 levels', withPayload(TEXT, '['.repeat(15_000) + ']'.repeat(15_000)), 'too_deep'],
]

describe.each(SERVER_ROLES)('messages to the role %s', (role) => {
  async function start(): Promise<{ caller: Caller; session: RawSession; member: Member; signed: Signed }> {
    const found = honest.get(role)
    if (found === undefined) throw new Error('made above')
    const caller = { url: market.url(role), role, trust: market.trust }
    const session = await openSession(caller, found.member.identity)
    if ('code' in session) throw new Error(`${session.code} ${session.reason}`)
    return { caller, session, ...found }
  }

  // What a certificate allows may be 0: no orders.
  const fitting = attacks.filter(([title]) => role !== 'authority' || !title.endsWith('the amount "0"'))

  test.each(fitting)('%s is refused and changes nothing', async (_title, attack, code) => {
    const { caller, session, member, signed } = await start()
    const before = market.states()
    const answer = await session.ask(attack({ ...partsOf(signed.jws), jws: signed.jws, member }))
    expect(await codeOf(answer, caller)).toBe(code)
    expect(market.states()).toEqual(before)
    expect(fetched).toBe(0)
    // The connection is not punished for it: the next message is answered.
    expect(await codeOf(await session.ask('x.y.z'), caller)).toBe('not_canonical')
    session.close()
  })

  test('[A18] a message of more than 64 KiB ends the connection and changes nothing', async () => {
    const { caller, session, member } = await start()
    const before = market.states()
    expect(await session.ask('A'.repeat(MAX_MESSAGE_BYTES + 1))).toMatchObject({ code: 1009 })
    expect(market.states()).toEqual(before)
    expect(await openSession(caller, member.identity)).not.toHaveProperty('code')
  })
})
