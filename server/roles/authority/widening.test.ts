import { describe, expect, test } from 'vitest'
import { assert } from '../../../shared/kernel/assert.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { parsed } from '../../../shared/pki/forge.ts'
import { applicant, application, derOf, TestAuthority, type Member } from './authority-fixture.ts'

const operator = 'Operator'

async function refusalOf(own: TestAuthority, asked: () => Promise<Result<unknown, Refusal>>): Promise<string> {
  const before = own.snapshot()
  const result = await asked()
  expect(own.snapshot()).toBe(before)
  return result.ok ? 'accepted' : result.error.code
}

const mayIssue = async (der = '') => (await parsed(derOf(der))).identity?.policy.mayIssue

/** An issuer of HOSHI that asked for TSUKI too. */
async function asked(settings = {}): Promise<{ own: TestAuthority; issuer: Member; applicationNumber: string }> {
  const own = await (await TestAuthority.open(settings)).start()
  const issuer = await own.admit('issuer')
  const { applicationNumber } = await own.expect('authority.widen', { securities: ['HOSHI', 'TSUKI'] }, issuer.sender)
  return { own, issuer, applicationNumber }
}

describe('[CA2] [CA4] a company is added to an issuer', () => {
  test('[CA2] the operator sees what is asked for beside what is certified; nothing is certified before the decision', async () => {
    const own = await (await TestAuthority.open()).start()
    const issuer = await own.admit('issuer')
    const certificates = await own.expect('authority.certificates', {})
    const answered = await own.expect('authority.widen', { securities: ['HOSHI', 'TSUKI'] }, issuer.sender)
    expect(answered).toMatchObject({ state: 'pending', userId: issuer.userId, chain: undefined })
    const { applications } = await own.expect('authority.applications', { state: 'pending' })
    expect(applications).toMatchObject([
      {
        applicationNumber: answered.applicationNumber,
        name: issuer.name,
        userId: issuer.userId,
        securities: ['HOSHI', 'TSUKI'],
        certified: ['HOSHI'],
      },
    ])
    expect(await own.expect('authority.certificates', {})).toEqual(certificates)
    await own.refresh()
    expect(own.trust.find('issuer', 'TSUKI')).toBeUndefined()
    const { applicationNumber } = answered
    expect(await own.expect('authority.application', { applicationNumber }, issuer.sender)).toEqual(answered)
  })

  test('[CA2] never by itself, not even where newcomers are admitted by themselves', async () => {
    const { own, applicationNumber } = await asked({ admission: { issuer: { approval: 'automatic' } } })
    const { applications } = await own.expect('authority.applications', {})
    expect(applications.find((each) => each.applicationNumber === applicationNumber)?.state).toBe('pending')
  })

  test('[CA4] approved: a wider certificate for the same key, the one before stays valid and listed', async () => {
    const { own, issuer, applicationNumber } = await asked()
    await own.refresh()
    const sequence = own.trust.descriptor?.sequence ?? 0
    const approved = await own.expect('authority.approve', { applicationNumber, operator })
    const [der = ''] = approved.chain ?? []
    const [before, after] = [await parsed(derOf(issuer.chain[0] ?? '')), await parsed(derOf(der))]
    expect(after.publicKey).toEqual(before.publicKey)
    expect(after.identity).toEqual({
      ...before.identity,
      policy: { ...before.identity?.policy, mayIssue: ['HOSHI', 'TSUKI'] },
    })
    const { certificates } = await own.expect('authority.certificates', { userId: issuer.userId })
    expect(new Map(certificates.map(({ serial, state }) => [serial, state]))).toEqual(
      new Map([
        [before.serial, 'superseded'],
        [after.serial, 'valid'],
      ]),
    )
    expect(await own.refresh()).toBe('taken')
    expect(own.trust.descriptor?.sequence).toBe(sequence + 1)
    expect(own.trust.find('issuer', 'TSUKI')).toMatchObject({
      userId: issuer.userId,
      certificates: [der, issuer.chain[0]],
      securities: ['HOSHI', 'TSUKI'],
    })
    for (const chain of [issuer.chain, approved.chain ?? []])
      expect(await own.trust.authenticate(chain)).toMatchObject({ ok: true })
    // The issuer collects it with its number, or as the holder of the key.
    expect(await own.expect('authority.application', { applicationNumber }, issuer.sender)).toEqual(approved)
    const holder = { ...issuer.sender, name: `applicant:${issuer.thumbprint}`, role: 'applicant' as const }
    expect(await own.expect('authority.own-certificate', {}, holder)).toMatchObject({ chain: approved.chain })
  })

  test('[CA4] what is renewed afterwards is as wide', async () => {
    const { own, issuer, applicationNumber } = await asked()
    const { chain } = await own.expect('authority.approve', { applicationNumber, operator })
    const present = await own.member(issuer, 'issuer', issuer.userId, chain ?? [])
    const renewed = await own.expect('authority.renew', { request: issuer.request }, present.sender)
    expect(await mayIssue(renewed.chain[0])).toEqual(['HOSHI', 'TSUKI'])
  })

  test('[CA4] a renewal for another key in between counts: the wider certificate is for that key', async () => {
    const { own, issuer, applicationNumber } = await asked()
    const young = await applicant(issuer.name)
    await own.expect('authority.renew', { request: young.request }, issuer.sender)
    const { chain } = await own.expect('authority.approve', { applicationNumber, operator })
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', young.keys.publicKey))
    expect((await parsed(derOf(chain?.[0] ?? ''))).publicKey.spki).toEqual(spki)
  })

  test('[CA2] refused with a reason; the certificate stays as it is, and the issuer may ask anew', async () => {
    const { own, issuer, applicationNumber } = await asked()
    await own.expect('authority.refuse', { applicationNumber, reason: 'No such company.', operator })
    expect(await own.expect('authority.application', { applicationNumber }, issuer.sender)).toMatchObject({
      state: 'refused',
      reason: 'No such company.',
    })
    expect(await refusalOf(own, () => own.ask('authority.approve', { applicationNumber, operator }))).toBe(
      'application_decided',
    )
    const again = await own.expect('authority.widen', { securities: ['HOSHI', 'KAWA'] }, issuer.sender)
    expect(again).toMatchObject({ state: 'pending' })
  })

  test("[CA4] an operator's own policy replaces the limits, and names what was asked for if it names nothing", async () => {
    const { own, applicationNumber } = await asked()
    const policy = { orderLimitMinor: 7n, dayLimitMinor: 9n, currency: 'JPY', shortSellingProhibited: true }
    const { chain } = await own.expect('authority.approve', { applicationNumber, policy, operator })
    expect((await parsed(derOf(chain?.[0] ?? ''))).identity?.policy).toEqual({
      ...policy,
      mayIssue: ['HOSHI', 'TSUKI'],
    })
  })

  test.each<[string, (given: Given) => Promise<Result<unknown, Refusal>>, string]>([
    [
      'a second time while the first is not decided',
      ({ own, issuer }) => own.ask('authority.widen', { securities: ['HOSHI', 'KAWA'] }, issuer.sender),
      'application_pending',
    ],
    [
      'for fewer than it has',
      ({ own, other }) => own.ask('authority.widen', { securities: ['TSUKI'] }, other.sender),
      'securities_narrowed',
    ],
    [
      'for what it has',
      ({ own, other }) => own.ask('authority.widen', { securities: ['MORI'] }, other.sender),
      'already_certified',
    ],
    [
      'for what somebody else issues',
      ({ own, other }) => own.ask('authority.widen', { securities: ['MORI', 'HOSHI'] }, other.sender),
      'security_taken',
    ],
    [
      'for the same twice',
      ({ own, other }) => own.ask('authority.widen', { securities: ['MORI', 'TSUKI', 'TSUKI'] }, other.sender),
      'bad_securities',
    ],
    [
      'with a certificate before the present one',
      async ({ own, other }) => {
        await own.expect('authority.renew', { request: other.request }, other.sender)
        return own.ask('authority.widen', { securities: ['MORI', 'TSUKI'] }, other.sender)
      },
      'certificate_superseded',
    ],
    [
      'with a revoked certificate',
      async ({ own, other }) => {
        const { userId } = other
        await own.expect('authority.revoke', { userId, reason: 'cessation_of_operation', operator })
        return own.ask('authority.widen', { securities: ['MORI', 'TSUKI'] }, other.sender)
      },
      'cert_revoked',
    ],
    [
      'by nobody of this market',
      async ({ own }) => {
        const stranger = await (await TestAuthority.open()).admit('issuer')
        const sender = { ...stranger.sender, name: 'iss-0000000000000099' }
        return own.ask('authority.widen', { securities: ['HOSHI'] }, sender)
      },
      'member_unknown',
    ],
  ])('[CA2] asked %s is refused', async (_title, ask, code) => {
    const { own, issuer } = await asked()
    const other = await own.admit('issuer', { securities: ['MORI'] })
    const result = await ask({ own, issuer, other })
    expect(result).toMatchObject({ ok: false, error: { code } })
    const { applications } = await own.expect('authority.applications', { state: 'pending' })
    expect(applications).toHaveLength(1)
  })

  test('[CA2] of two who wait for one security the first approved gets it, whether issuers already or not', async () => {
    const { own, applicationNumber } = await asked()
    const other = await own.admit('issuer', { securities: ['MORI'] })
    const second = await own.expect('authority.widen', { securities: ['MORI', 'TSUKI'] }, other.sender)
    const newcomer = await applicant('Newcomer')
    const body = await application(newcomer, 'issuer', { securities: ['TSUKI'] })
    const third = await own.expect('authority.enrol', body, newcomer.sender)
    await own.expect('authority.approve', { applicationNumber, operator })
    for (const late of [second, third])
      expect(
        await refusalOf(own, () =>
          own.ask('authority.approve', { applicationNumber: late.applicationNumber, operator }),
        ),
      ).toBe('security_taken')
  })

  test('[CA2] one certificate for each approval, however many come at once', async () => {
    const { own, issuer, applicationNumber } = await asked()
    const body = { applicationNumber, operator }
    const evidence = [await own.prepare('authority.approve', body), await own.prepare('authority.approve', body)]
    expect(own.decide('authority.approve', body, evidence[0])).toMatchObject({ ok: true })
    expect(own.decide('authority.approve', body, evidence[1])).toMatchObject({ error: { code: 'application_decided' } })
    expect((await own.expect('authority.certificates', { userId: issuer.userId })).certificates).toHaveLength(2)
  })

  test('[CA4] a certificate made before a renewal for another key is dropped', async () => {
    const { own, issuer, applicationNumber } = await asked()
    const body = { applicationNumber, operator }
    const evidence = await own.prepare('authority.approve', body)
    const { request } = await applicant(issuer.name)
    await own.expect('authority.renew', { request }, issuer.sender)
    expect(await refusalOf(own, async () => own.decide('authority.approve', body, evidence))).toBe('changed_meanwhile')
  })

  test('[CA4] for an issuer that has left, or whose key was revoked, nothing is approved', async () => {
    const { own, issuer, applicationNumber } = await asked()
    const { userId, serial } = issuer
    const young = await applicant(issuer.name)
    await own.expect('authority.renew', { request: young.request }, issuer.sender)
    const { chain } = await own.expect('authority.own-certificate', {}, young.sender)
    await own.expect('authority.revoke', { userId, serial, reason: 'superseded', operator })
    // The young key stands.
    const approve = { applicationNumber, operator }
    const evidence = await own.prepare('authority.approve', approve)
    const present = (await parsed(derOf(chain[0] ?? ''))).serial
    await own.expect('authority.revoke', { userId, serial: present, reason: 'cessation_of_operation', operator })
    for (const made of [evidence, await own.prepare('authority.approve', approve)])
      expect(await refusalOf(own, async () => own.decide('authority.approve', approve, made))).toBe('member_unknown')
    // What it had and what it asked for is free for others.
    const heir = await own.admit('issuer', { securities: ['HOSHI', 'TSUKI'] })
    expect(await mayIssue(heir.chain[0])).toEqual(['HOSHI', 'TSUKI'])
  })

  test('[CA2] an operator narrows nothing by a policy either', async () => {
    const { own, applicationNumber } = await asked()
    const policy = {
      orderLimitMinor: 0n,
      dayLimitMinor: 0n,
      currency: 'JPY',
      shortSellingProhibited: true,
      mayIssue: ['TSUKI'],
    }
    expect(await refusalOf(own, () => own.ask('authority.approve', { applicationNumber, policy, operator }))).toBe(
      'securities_narrowed',
    )
  })

  test("[CA2] its state is nobody else's to see", async () => {
    const { own, applicationNumber } = await asked()
    const other = await own.admit('issuer', { securities: ['MORI'] })
    expect(await own.ask('authority.application', { applicationNumber }, other.sender)).toMatchObject({
      error: { code: 'application_unknown' },
    })
  })
})

interface Given {
  readonly own: TestAuthority
  readonly issuer: Member
  readonly other: Member
}

describe('[CA4] the present certificate of a key', () => {
  const holderOf = ({ sender, thumbprint }: Member) => ({
    ...sender,
    name: `applicant:${thumbprint}`,
    role: 'applicant' as const,
  })

  test('[CA4] is told to whoever holds the key, for instance after a backup from before a renewal', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
    const before = own.snapshot()
    expect(await own.expect('authority.own-certificate', {}, holderOf(member))).toEqual({
      userId: member.userId,
      chain,
    })
    expect(own.snapshot()).toBe(before)
    // With it, it can be renewed again; with the one before it, still not.
    const request = { request: member.request }
    expect(await own.ask('authority.renew', request, member.sender)).toMatchObject({
      error: { code: 'certificate_superseded' },
    })
    const [certificate = ''] = chain
    expect(await own.ask('authority.renew', request, { ...member.sender, certificate })).toMatchObject({ ok: true })
  })

  test.each<[string, (own: TestAuthority, member: Member) => Promise<Member>, string]>([
    [
      'that was renewed away',
      async (own, member) => {
        const { request } = await applicant(member.name)
        await own.expect('authority.renew', { request }, member.sender)
        return member
      },
      'certificate_superseded',
    ],
    [
      'of a revoked member',
      async (own, member) => {
        await own.expect('authority.revoke', { userId: member.userId, reason: 'key_compromise', operator })
        return member
      },
      'cert_revoked',
    ],
    [
      'of which an earlier certificate was revoked',
      async (own, member) => {
        await own.expect('authority.renew', { request: member.request }, member.sender)
        const { userId, serial } = member
        await own.expect('authority.revoke', { userId, serial, reason: 'key_compromise', operator })
        return member
      },
      'cert_revoked',
    ],
    [
      'that nobody certified',
      async (own, member) => own.member(await applicant(), 'investor', member.userId, member.chain),
      'certificate_unknown',
    ],
    [
      'that waits for a decision',
      async (own, member) => {
        const waiting = await applicant()
        await own.expect('authority.enrol', await application(waiting), waiting.sender)
        return own.member(waiting, 'investor', member.userId, member.chain)
      },
      'certificate_unknown',
    ],
  ])('[CA4] is not told for a key %s', async (_title, happens, code) => {
    const own = await TestAuthority.open()
    const holder = await happens(own, await own.admit('investor'))
    const answer = await own.ask('authority.own-certificate', {}, holderOf(holder))
    expect(answer).toMatchObject({ ok: false, error: { code } })
  })

  test('[CA4] a key-agreement key is not one to sign with', async () => {
    const own = await TestAuthority.open()
    const agreement = await applicant('The settlement')
    const member = await own.admit('settlement', { agreementRequest: agreement.request })
    assert(member.thumbprint !== agreement.thumbprint, 'two keys')
    expect(await own.ask('authority.own-certificate', {}, agreement.sender)).toMatchObject({
      error: { code: 'certificate_unknown' },
    })
  })
})
