import { beforeAll, describe, expect, test } from 'vitest'
import { toBase64 } from '../../../shared/kernel/bytes.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { parsed } from '../../../shared/pki/forge.ts'
import { identify } from '../../../shared/pki/identity.ts'
import { validatePath } from '../../../shared/pki/path.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { applicant, application, derOf, TestAuthority, type Applicant } from './authority-fixture.ts'
import type { EnrolEvidence } from './domain/contract.ts'

const AUTOMATIC = { admission: { investor: { approval: 'automatic' }, issuer: { approval: 'automatic' } } }
const OPERATOR = 'Operator'
const HOUR = 60 * 60 * 1000

let authority: TestAuthority

beforeAll(async () => {
  authority = await TestAuthority.open()
})

/** The code, after seeing that a refusal left every row as it was. */
async function refusalOf(own: TestAuthority, asked: () => Promise<Result<unknown, Refusal>>): Promise<string> {
  const before = own.snapshot()
  const result = await asked()
  expect(own.snapshot()).toBe(before)
  return result.ok ? 'accepted' : result.error.code
}

async function invite(own: TestAuthority, change: Partial<RequestBody<'authority.invite'>> = {}): Promise<string> {
  const usual = { role: 'investor' as const, validUntil: own.now + HOUR, operator: OPERATOR }
  return (await own.expect('authority.invite', { ...usual, ...change })).invitation
}

describe('[CA1] application', () => {
  test('[CA1] waits for the operator with a number, and its applicant can ask for its state', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const reply = await own.expect('authority.enrol', await application(one), one.sender)
    expect(reply).toMatchObject({ applicationNumber: 'AP-00000001', state: 'pending' })
    expect(reply.chain).toBeUndefined()
    expect(await own.expect('authority.application', { applicationNumber: 'AP-00000001' }, one.sender)).toEqual(reply)
  })

  test("[CA1] is nobody else's to see", async () => {
    const own = await TestAuthority.open()
    const [one, other] = [await applicant(), await applicant()]
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    const unknown = { ok: false, error: { code: 'application_unknown' } }
    expect(await own.ask('authority.application', { applicationNumber }, other.sender)).toMatchObject(unknown)
    expect(await own.ask('authority.application', { applicationNumber: 'AP-00000009' }, one.sender)).toMatchObject(
      unknown,
    )
  })

  type Change = (one: Applicant) => Promise<Partial<RequestBody<'authority.enrol'>>>
  test.each<[string, RequestBody<'authority.enrol'>['role'], Change, string]>([
    ['as another authority', 'authority', async () => ({}), 'role_not_offered'],
    ['of a server without an address', 'exchange', async () => ({ url: undefined }), 'bad_url'],
    ['of a server at a web address', 'exchange', async () => ({ url: 'https://exchange.example/' }), 'bad_url'],
    [
      'of a server with a password in its address',
      'exchange',
      async () => ({ url: 'wss://me:pass@exchange.example' }),
      'bad_url',
    ],
    ['of an investor with an address', 'investor', async () => ({ url: 'wss://investor.example' }), 'bad_url'],
    [
      'of a settlement server without a key-agreement key',
      'settlement',
      async () => ({ agreementRequest: undefined }),
      'bad_agreement_request',
    ],
    [
      'of a settlement server with one key for both',
      'settlement',
      async ({ request }) => ({ agreementRequest: request }),
      'bad_agreement_request',
    ],
    [
      'of an investor with a key-agreement key',
      'investor',
      async ({ request }) => ({ agreementRequest: request }),
      'bad_agreement_request',
    ],
    ['of an issuer of nothing', 'issuer', async () => ({ securities: [] }), 'bad_securities'],
    ['of an issuer of the same twice', 'issuer', async () => ({ securities: ['HOSHI', 'HOSHI'] }), 'bad_securities'],
    ['of an exchange with securities', 'exchange', async () => ({ securities: ['HOSHI'] }), 'bad_securities'],
    ['with a request that is none', 'investor', async () => ({ request: 'AAAA' }), 'request_malformed'],
    ['with a request that is no base64', 'investor', async () => ({ request: 'A' }), 'request_malformed'],
    [
      'with a request for another key',
      'investor',
      async () => ({ request: (await applicant()).request }),
      'request_mismatch',
    ],
    ['with a request in another name', 'investor', async () => ({ name: 'Somebody Else' }), 'request_mismatch'],
    [
      'without proof of possession',
      'investor',
      async ({ request }) => {
        const der = derOf(request)
        der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
        return { request: toBase64(der) }
      },
      'request_bad_signature',
    ],
  ])('[CA1] %s is refused', async (_name, role, change, code) => {
    const one = await applicant()
    const body = await application(one, role, await change(one))
    // The catalogue's form allows each of these; what is not there is left out.
    if (body.url === undefined) delete body.url
    if (body.agreementRequest === undefined) delete body.agreementRequest
    expect(await refusalOf(authority, () => authority.ask('authority.enrol', body, one.sender))).toBe(code)
  })

  test('[CA1] the same key twice is refused and told which application has it', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    await own.expect('authority.enrol', await application(one), one.sender)
    const again = await own.ask('authority.enrol', await application(one), one.sender)
    expect(again).toMatchObject({ error: { code: 'key_in_use', details: { applicationNumber: 'AP-00000001' } } })
  })

  test("[CA1] a key that was certified, or is somebody's key-agreement key, is refused", async () => {
    const own = await TestAuthority.open(AUTOMATIC)
    const one = await applicant()
    await own.expect('authority.enrol', await application(one), one.sender)
    expect(await refusalOf(own, async () => own.ask('authority.enrol', await application(one), one.sender))).toBe(
      'key_in_use',
    )
    const server = await applicant('Settlement')
    const body = await application(server, 'settlement', { agreementRequest: (await applicant('Settlement')).request })
    await own.expect('authority.enrol', body, server.sender)
    const other = await applicant('Settlement')
    const stolen = await application(other, 'settlement', { agreementRequest: body.agreementRequest })
    expect(await refusalOf(own, () => own.ask('authority.enrol', stolen, other.sender))).toBe('key_in_use')
  })

  test('[CA1] after a refusal the same key may apply again', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    await own.expect('authority.refuse', { applicationNumber, reason: 'No proof of address', operator: OPERATOR })
    expect(await own.expect('authority.enrol', await application(one), one.sender)).toMatchObject({ state: 'pending' })
  })
})

describe('[CA2] vetting', () => {
  test('[CA3] the operator approves: a chain to the compared root, with the policy of the role', async () => {
    const own = await TestAuthority.open({
      admission: { investor: { orderLimitMinor: '500', dayLimitMinor: '900', certificateDays: 30 } },
    })
    const one = await applicant()
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    await own.expect('authority.approve', { applicationNumber, operator: OPERATOR })
    const { chain, userId, state } = await own.expect('authority.application', { applicationNumber }, one.sender)
    expect(state).toBe('approved')
    expect(userId).toMatch(/^inv-[0-9a-z]{16}$/)
    const path = await validatePath({
      chain: (chain ?? []).map(derOf),
      anchors: [await parsed(own.ceremony.rootDer)],
      at: own.now,
      crls: [],
      revocation: 'none',
      maxIntermediates: 1,
    })
    if (!path.ok) expect.fail(path.error.message)
    const identity = identify(path.value)
    if (!identity.ok) expect.fail(identity.error.message)
    expect(identity.value).toMatchObject({
      userId,
      name: one.name,
      role: 'investor',
      usage: 'signing',
      policy: { orderLimitMinor: 500n, dayLimitMinor: 900n, currency: 'JPY', shortSellingProhibited: true },
    })
    expect(identity.value.policy).not.toHaveProperty('mayHold')
    expect(identity.value.certificate.notAfter).toBe(own.now + 30 * 24 * HOUR)
  })

  test('[CA2] the operator may give a policy of its own', async () => {
    const own = await TestAuthority.open()
    const one = await applicant('Hoshi Works')
    const { applicationNumber } = await own.expect('authority.enrol', await application(one, 'issuer'), one.sender)
    const policy = { orderLimitMinor: 1n, dayLimitMinor: 2n, currency: 'USD', shortSellingProhibited: false }
    const wrong = { ...policy, mayIssue: [] }
    expect(
      await refusalOf(own, () =>
        own.ask('authority.approve', { applicationNumber, policy: wrong, operator: OPERATOR }),
      ),
    ).toBe('bad_securities')
    const { chain } = await own.expect('authority.approve', { applicationNumber, policy, operator: OPERATOR })
    const leaf = await parsed(derOf(chain?.[0] ?? ''))
    expect(leaf.identity?.policy).toEqual({ ...policy, mayIssue: ['HOSHI'] })
  })

  test('[CA2] the operator refuses with a reason, which the applicant sees; decided is decided', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    await own.expect('authority.refuse', { applicationNumber, reason: 'No proof of address', operator: OPERATOR })
    const seen = await own.expect('authority.application', { applicationNumber }, one.sender)
    expect(seen).toMatchObject({ state: 'refused', reason: 'No proof of address' })
    expect(seen.chain).toBeUndefined()
    const decided = { applicationNumber, operator: OPERATOR }
    expect(await refusalOf(own, () => own.ask('authority.approve', decided))).toBe('application_decided')
    expect(await refusalOf(own, () => own.ask('authority.refuse', { ...decided, reason: 'Again' }))).toBe(
      'application_decided',
    )
    const unknown = { applicationNumber: 'AP-00000099', operator: OPERATOR }
    expect(await refusalOf(own, () => own.ask('authority.approve', unknown))).toBe('application_unknown')
  })

  test('[CA2] automatically, where the settings say so', async () => {
    const own = await TestAuthority.open(AUTOMATIC)
    const one = await applicant()
    const reply = await own.expect('authority.enrol', await application(one), one.sender)
    expect(reply.state).toBe('approved')
    expect(reply.chain?.[1]).toBe(toBase64(own.ceremony.issuingDer))
  })

  test('[CA2] an invitation approves one application, whatever the policy', async () => {
    const own = await TestAuthority.open({ admission: { investor: { approval: 'invitation' } } })
    const [one, other] = [await applicant(), await applicant()]
    expect(await refusalOf(own, async () => own.ask('authority.enrol', await application(one), one.sender))).toBe(
      'invitation_required',
    )
    const invitation = await invite(own)
    expect(own.snapshot()).not.toContain(invitation)
    // As people type it.
    const typed = ` ${invitation.slice(0, 5).toLowerCase()}-${invitation.slice(5)}`
    expect(
      await own.expect('authority.enrol', await application(one, 'investor', { invitation: typed }), one.sender),
    ).toMatchObject({ state: 'approved' })
    const second = await application(other, 'investor', { invitation })
    expect(await refusalOf(own, () => own.ask('authority.enrol', second, other.sender))).toBe('invitation_invalid')
  })

  test.each<[string, (own: TestAuthority) => Promise<Partial<RequestBody<'authority.enrol'>>>]>([
    ['unknown', async () => ({ invitation: '0123456789ABCDEFGHJKMNPQRS' })],
    ['for another role', async (own) => ({ invitation: await invite(own, { role: 'exchange' }) })],
    [
      'for another security',
      async (own) => ({ invitation: await invite(own, { role: 'issuer', securities: ['TSUKI'] }) }),
    ],
    [
      'over',
      async (own) => {
        const invitation = await invite(own, { role: 'issuer' })
        own.now += HOUR + 1
        return { invitation }
      },
    ],
  ])('[CA2] an invitation that is %s is refused, even where nobody needs one', async (_name, change) => {
    const own = await TestAuthority.open(AUTOMATIC)
    const one = await applicant()
    const body = await application(one, 'issuer', await change(own))
    expect(await refusalOf(own, () => own.ask('authority.enrol', body, one.sender))).toBe('invitation_invalid')
  })

  test.each<[string, Partial<RequestBody<'authority.invite'>>, string]>([
    ['as an authority', { role: 'authority' }, 'role_not_offered'],
    ['for yesterday', { validUntil: 0 }, 'bad_date'],
    ['with securities for an investor', { securities: ['HOSHI'] }, 'bad_securities'],
    ['as the issuer of nothing', { role: 'issuer', securities: [] }, 'bad_securities'],
  ])('[CA2] nobody is invited %s', async (_name, change, code) => {
    const usual = { role: 'investor' as const, validUntil: authority.now + HOUR, operator: OPERATOR }
    expect(await refusalOf(authority, () => authority.ask('authority.invite', { ...usual, ...change }))).toBe(code)
  })

  test('[CA2] no two issuers may issue the same security, nor may there be two settlement servers', async () => {
    const own = await TestAuthority.open()
    await own.admit('issuer')
    await own.admit('settlement')
    const [issuer, settlement] = [await applicant('Kumo'), await applicant('Bank')]
    expect(
      await refusalOf(own, async () =>
        own.ask(
          'authority.enrol',
          await application(issuer, 'issuer', { securities: ['KUMO', 'HOSHI'] }),
          issuer.sender,
        ),
      ),
    ).toBe('security_taken')
    expect(
      await refusalOf(own, async () =>
        own.ask('authority.enrol', await application(settlement, 'settlement'), settlement.sender),
      ),
    ).toBe('role_taken')
  })

  test('[CA2] of two pending issuers of a security the second is refused at its approval', async () => {
    const own = await TestAuthority.open()
    const numbers: string[] = []
    for (const one of [await applicant('Hoshi'), await applicant('Forger')]) {
      numbers.push(
        (await own.expect('authority.enrol', await application(one, 'issuer'), one.sender)).applicationNumber,
      )
    }
    const [first = '', second = ''] = numbers
    await own.expect('authority.approve', { applicationNumber: first, operator: OPERATOR })
    const late = { applicationNumber: second, operator: OPERATOR }
    expect(await refusalOf(own, () => own.ask('authority.approve', late))).toBe('security_taken')
  })

  test('[CA2] the market has at most 64 servers, the authority among them', async () => {
    const own = await TestAuthority.open()
    for (let i = 0; i < 63; i += 1) await own.admit('exchange')
    await own.start()
    expect(await own.refresh()).toBe('taken')
    const one = await applicant('One more')
    expect(
      await refusalOf(own, async () => own.ask('authority.enrol', await application(one, 'exchange'), one.sender)),
    ).toBe('market_full')
  })
})

describe('what was prepared before the queue', () => {
  test('[CA3] a certificate whose application is refused is kept nowhere', async () => {
    const own = await TestAuthority.open(AUTOMATIC)
    const [one, other] = [await applicant('Hoshi'), await applicant('Forger')]
    const bodies = [await application(one, 'issuer'), await application(other, 'issuer')] as const
    const first = await own.prepare('authority.enrol', bodies[0], one.sender)
    const second = (await own.prepare('authority.enrol', bodies[1], other.sender)) as EnrolEvidence
    own.decide('authority.enrol', bodies[0], first, one.sender)
    expect(await refusalOf(own, async () => own.decide('authority.enrol', bodies[1], second, other.sender))).toBe(
      'security_taken',
    )
    const serial = second.ok ? second.value.membership?.signing.serial : undefined
    expect(serial).toBeDefined()
    expect(own.snapshot()).not.toContain(serial)
  })

  test('[CA2] an application decided meanwhile is not decided again', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    const body = { applicationNumber, operator: OPERATOR }
    const [first, second] = [await own.prepare('authority.approve', body), await own.prepare('authority.approve', body)]
    expect(own.decide('authority.approve', body, first)).toMatchObject({ ok: true })
    expect(await refusalOf(own, async () => own.decide('authority.approve', body, second))).toBe('application_decided')
  })

  test('[CA2] what was prepared for another state of things is refused', async () => {
    const own = await TestAuthority.open()
    const [one, other] = [await applicant(), await applicant()]
    const body = { applicationNumber: 'AP-00000001', operator: OPERATOR }
    const early = await own.prepare('authority.approve', body)
    await own.expect('authority.enrol', await application(one), one.sender)
    expect(await refusalOf(own, async () => own.decide('authority.approve', body, early))).toBe('changed_meanwhile')
    await own.expect('authority.enrol', await application(other), other.sender)
    const foreign = await own.prepare('authority.approve', { ...body, applicationNumber: 'AP-00000002' })
    expect(await refusalOf(own, async () => own.decide('authority.approve', body, foreign))).toBe('changed_meanwhile')
  })

  test('[CA2] an invitation that came after the preparation makes the applicant ask again', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const invitation = '00000000000000000000000003'
    const body = await application(one, 'investor', { invitation })
    const early = await own.prepare('authority.enrol', body, one.sender)
    expect(await invite(own)).toBe('00000000000000000000000002')
    expect(await invite(own)).toBe(invitation)
    expect(await refusalOf(own, async () => own.decide('authority.enrol', body, early, one.sender))).toBe(
      'changed_meanwhile',
    )
    expect(await own.expect('authority.enrol', body, one.sender)).toMatchObject({ state: 'approved' })
  })
})

describe('[A32] serial numbers', () => {
  test('[A32] many requests at once never get one serial number', async () => {
    const own = await TestAuthority.open(AUTOMATIC)
    const many = await Promise.all(Array.from({ length: 40 }, () => applicant()))
    const bodies = await Promise.all(many.map((one) => application(one)))
    const evidence = await Promise.all(
      many.map((one, i) => own.prepare('authority.enrol', bodies[i] as never, one.sender)),
    )
    for (const [i, one] of many.entries()) own.decide('authority.enrol', bodies[i] as never, evidence[i], one.sender)
    const serials = own.view.range('certificates', '', 100).map(({ serial }) => serial)
    expect(new Set(serials).size).toBe(40)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{39}$/)
  })

  test('[A32] a source of chance that repeats itself issues nothing the second time', async () => {
    const own = await TestAuthority.open(AUTOMATIC, { random: { bytes: (length) => new Uint8Array(length).fill(7) } })
    const [one, other] = [await applicant(), await applicant()]
    await own.expect('authority.enrol', await application(one), one.sender)
    const before = own.snapshot()
    await expect(own.expect('authority.enrol', await application(other), other.sender)).rejects.toThrow('drawn twice')
    expect(own.snapshot()).toBe(before)
  })
})
