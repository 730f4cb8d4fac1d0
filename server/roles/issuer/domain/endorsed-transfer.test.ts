import { describe, expect, test } from 'vitest'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  ALICE,
  AT,
  BOB,
  CAROL,
  DAY,
  investor,
  Issuer,
  OPERATOR,
  presented,
  settingsWith,
  signed,
  type Held,
} from '../issuer-fixture.ts'

type Transfer = RequestBody<'issuer.transfer'>

interface Row {
  readonly title: string
  readonly code: string
  readonly body: (held: Held, other: Held) => Transfer
  readonly sender?: Sender
}

/** `held` is Alice's certificate of 100 shares, `other` is Carol's of 50. */
const rows: readonly Row[] = [
  {
    title: '[TF3] the user ID is the signer',
    code: 'wrong_user',
    body: (held) => presented(held, BOB),
    sender: CAROL,
  },
  {
    title: '[CA1] the transferee’s name is the one that the identity certificate has',
    code: 'wrong_name',
    body: (held) => ({ ...presented(held, BOB), name: 'Somebody Else' }),
  },
  {
    title: '[TF3] the endorsement bears its signature',
    code: 'bad_signature',
    body: (held) => presented(held, BOB, { signer: 'forger' }),
  },
  {
    title: '[A13] a certificate is no endorsement',
    code: 'wrong_typ',
    body: (held) => ({ ...presented(held, BOB), endorsement: held.jws }),
  },
  {
    title: '[TF3] the endorser is an investor',
    code: 'wrong_role',
    body: (held) => presented(held, BOB, { role: 'exchange' }),
  },
  {
    title: '[TF3] the endorsement has the form of one',
    code: 'bad_schema',
    body: (held) => ({
      ...presented(held, BOB),
      endorsement: signed({ typ: 'kabuken.endorsement', signer: ALICE.name, role: 'investor', payload: {} }),
    }),
  },
  {
    title: '[A33] the certificate is signed by the issuer of the class',
    code: 'not_issuer_of_class',
    body: (held) => {
      const jws = signed({ typ: 'kabuken.share-certificate', signer: ALICE.name, role: 'investor', payload: {} })
      return presented({ ...held, jws }, BOB)
    },
  },
  {
    title: '[TF3] endorsed to the one who presents it',
    code: 'not_transferee',
    body: (held) => presented(held, BOB, { transfereeUserId: CAROL.name }),
  },
  {
    title: '[TF3] endorsed by the one who signed',
    code: 'not_holder',
    body: (held) => presented(held, BOB, { signer: CAROL.name }),
  },
  {
    title: '[TF3] endorsed by the one whom the certificate names',
    code: 'not_holder',
    body: (held) => presented(held, BOB, { signer: CAROL.name, transferorUserId: CAROL.name }),
  },
  {
    title: '[TF3] the certificate is the one endorsed',
    code: 'certificate_mismatch',
    body: (held, other) => presented(held, BOB, { certificateId: other.certificateId }),
  },
  {
    title: '[TF3] the certificate is the one asked for',
    code: 'certificate_mismatch',
    body: (held, other) => ({ ...presented(held, BOB), certificateId: other.certificateId }),
  },
  {
    title: '[TF3] not endorsed in the future',
    code: 'endorsement_not_yet_valid',
    body: (held) => presented(held, BOB, { issuedAt: AT + 5 * 60_000 + 1 }),
  },
  {
    title: '[TF3] the endorsement has not run out',
    code: 'endorsement_expired',
    body: (held) => presented(held, BOB, { validUntil: AT - 1 }),
  },
  {
    title: '[TF3] the endorsement does not end before it begins',
    code: 'endorsement_expired',
    body: (held) => presented(held, BOB, { issuedAt: AT + 1000, validUntil: AT + 1000 }),
  },
  {
    title: '[TF4] not more than the certificate has',
    code: 'exceeds_holding',
    body: (held) => presented(held, BOB, { quantity: 101n }),
  },
  {
    title: '[TF3] the policy permits the transferee to hold the security',
    code: 'security_not_permitted',
    body: (held) => presented(held, BOB),
    sender: investor(BOB.name, { mayHold: [] }),
  },
  { title: '[TF3] not to oneself', code: 'self_transfer', body: (held) => presented(held, ALICE), sender: ALICE },
]

async function start(settings = settingsWith()) {
  const issuer = new Issuer(settings)
  const held = await issuer.give(ALICE, 100n)
  const other = await issuer.give(CAROL, 50n)
  return { issuer, held, other }
}

describe('registration of a hand-over', () => {
  test.each(rows)('$title: $code', async ({ body, code, sender }) => {
    const { issuer, held, other } = await start()
    expect(await issuer.code('issuer.transfer', sender ?? BOB, body(held, other))).toBe(code)
  })

  test('[TF3] the transferee is entered, collects with the transfer number, and the transferor is told', async () => {
    const { issuer, held } = await start()
    const { reply, events } = await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    expect(reply).toMatchObject({ transferNumber: 'TR-0000000001', transferred: { userId: BOB.name, quantity: 100n } })
    expect(reply.matchNumber).toBeUndefined()
    expect(issuer.entry(reply.transferred.certificateId)).toMatchObject({
      certificateNumber: held.certificateNumber,
      postalAddress: '3-3 Sakae, Nagoya',
      dividendAccount: 'a.b.c.d.e',
    })
    const mine = await issuer.collect(BOB, 100n, { kind: 'transfer', transferNumber: reply.transferNumber })
    expect(mine).toMatchObject({ certificateId: reply.transferred.certificateId, userId: BOB.name })
    expect(events[0]).toMatchObject({
      topic: `user:${ALICE.name}`,
      kind: 'transfer-registered',
      body: { cause: 'gift', certificateId: held.certificateId, quantity: '100' },
    })
  })

  test('[TF4] a part is transferred, the remainder comes back to the transferor with the same number', async () => {
    const { issuer, held } = await start()
    const { reply } = await issuer.done('issuer.transfer', BOB, presented(held, BOB, { quantity: 30n }))
    expect(reply.remainder).toMatchObject({ quantity: 70n, userId: ALICE.name })
    const rest = await issuer.collect(ALICE, 70n, { kind: 'transfer', transferNumber: reply.transferNumber })
    expect(rest).toMatchObject({ certificateId: reply.remainder?.certificateId, quantity: 70n })
    expect(rest.certificateNumber).not.toBe(held.certificateNumber)
  })

  test('[TF6] the second use of a copied file is refused with when and by what the ID was retired', async () => {
    const { issuer, held } = await start()
    await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    issuer.at += 1000
    const receipt = { retiredAt: '2026-04-01T09:00:00.000Z', retiredBy: 'TR-0000000001' }
    expect(await issuer.ask('issuer.transfer', CAROL, presented(held, CAROL))).toMatchObject({
      error: { code: 'certificate_superseded', details: receipt },
    })
    const { reply } = await issuer.done('issuer.certificate-state', CAROL, { certificateId: held.certificateId })
    expect(reply).toEqual({
      certificateId: held.certificateId,
      state: 'retired',
      at: AT + 1000,
      retiredAt: AT,
      retiredBy: 'TR-0000000001',
    })
  })

  test('[TF5] what the transferor withdrew cannot be accepted any more', async () => {
    const { issuer, held } = await start()
    const ground = { kind: 'withdrawal', certificate: held.jws } as const
    await issuer.done('issuer.reissue', ALICE, { userId: ALICE.name, security: 'HOSHI', shareClass: 'common', ground })
    expect(await issuer.code('issuer.transfer', BOB, presented(held, BOB))).toBe('certificate_superseded')
  })

  test('[TF3] a stopped certificate and an expired one do not move', async () => {
    const { issuer, held, other } = await start(settingsWith({ certificateValidityDays: 1 }))
    const stop = { certificateId: held.certificateId, stopped: true, ground: 'court order', operator: 'Olga' }
    await issuer.done('issuer.stop', OPERATOR, stop)
    expect(await issuer.code('issuer.transfer', BOB, presented(held, BOB))).toBe('certificate_stopped')
    issuer.at += DAY + 1
    const late = presented(other, BOB, { validUntil: AT + 2 * DAY })
    expect(await issuer.code('issuer.transfer', BOB, late)).toBe('certificate_expired')
  })

  test.each([
    ['not_transferable', 'sale', 'not_transferable', 'not_transferable'],
    // Whoever wanted to get round a restriction would else simply inherit.
    ['not_transferable', 'inheritance', 'not_transferable', undefined],
    ['company_approval', 'gift', 'transfer_restricted', undefined],
    ['company_approval', 'inheritance', 'transfer_restricted', undefined],
    ['none', 'gift', undefined, undefined],
  ] as const)(
    '[TF3] shares that are %s, by %s: %s, once the company has approved the acquirer: %s',
    async (transferRestriction, cause, code, approvedCode) => {
      const { issuer, held } = await start(settingsWith({ transferRestriction }))
      const { certificateId } = held
      const transfer = () => issuer.code('issuer.transfer', BOB, presented(held, BOB, { cause }))
      if (code !== undefined) expect(await transfer()).toBe(code)
      const approval = { certificateId, userId: BOB.name, ground: 'board of 1 April', operator: 'Olga' }
      const approved = await issuer.code('issuer.approve', OPERATOR, { ...approval, approved: true })
      expect(approved).toBe(transferRestriction === 'none' ? 'not_restricted' : undefined)
      expect(await transfer()).toBe(approvedCode)
    },
  )

  test('[TF3] an approval is of one acquirer and one certificate ID, is on record with its ground, and can be taken back', async () => {
    const { issuer, held, other } = await start(settingsWith({ transferRestriction: 'company_approval' }))
    const { certificateId } = held
    const said = { certificateId, userId: BOB.name, ground: 'board of 1 April', operator: 'Olga' }
    const approve = (change: object = {}) =>
      issuer.code('issuer.approve', OPERATOR, { ...said, approved: true, ...change })
    expect(await approve()).toBeUndefined()
    expect(issuer.view.get('approvals', `${certificateId}/${BOB.name}`)).toMatchObject({
      ground: 'board of 1 April',
      operator: 'Olga',
      approvedAt: BigInt(AT),
    })
    expect(await issuer.code('issuer.transfer', BOB, presented(other, BOB))).toBe('transfer_restricted')
    expect(await issuer.code('issuer.transfer', CAROL, presented(held, CAROL))).toBe('transfer_restricted')
    expect(await approve({ approved: false })).toBeUndefined()
    expect(await issuer.code('issuer.transfer', BOB, presented(held, BOB))).toBe('transfer_restricted')
    expect(await approve({ approved: false })).toBe('not_approved')
    expect(await approve({ userId: ALICE.name })).toBe('self_transfer')
    expect(await approve({ certificateId: '0'.repeat(26) })).toBe('certificate_unknown')
    await approve()
    await issuer.done('issuer.transfer', BOB, presented(held, BOB))
    expect(await approve()).toBe('certificate_superseded')
  })
})
