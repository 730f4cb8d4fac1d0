import { describe, expect, test } from 'vitest'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { DAY, parsed } from '../../../shared/pki/forge.ts'
import { applicant, application, derOf, TestAuthority, type Member } from './authority-fixture.ts'

const OPERATOR = 'Operator'

async function refusalOf(own: TestAuthority, asked: () => Promise<Result<unknown, Refusal>>): Promise<string> {
  const before = own.snapshot()
  const result = await asked()
  expect(own.snapshot()).toBe(before)
  return result.ok ? 'accepted' : result.error.code
}

/** The member with the certificate that a renewal gave. */
function withChain(own: TestAuthority, member: Member, chain: readonly string[]): Promise<Member> {
  return own.member(member, member.role, member.userId, chain)
}

describe('[CA4] renewal', () => {
  test('[CA4] for the same key: same identity, newer certificate, the one before still valid until it ends', async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('investor')
    own.now += 300 * DAY
    await own.expect('authority.crl', {})
    const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
    const [before, after] = [await parsed(derOf(member.chain[0] ?? '')), await parsed(derOf(chain[0] ?? ''))]
    expect(after.identity).toEqual(before.identity)
    expect(after.subject.commonName).toBe(before.subject.commonName)
    expect(after.notAfter - before.notAfter).toBe(300 * DAY)
    const list = await own.expect('authority.certificates', { userId: member.userId })
    expect(new Map(list.certificates.map(({ serial, state }) => [serial, state]))).toEqual(
      new Map([
        [before.serial, 'superseded'],
        [after.serial, 'valid'],
      ]),
    )
    expect(await own.refresh()).toBe('taken')
    for (const each of [member.chain, chain]) expect(await own.trust.authenticate(each)).toMatchObject({ ok: true })
  })

  test('[CA4] for a new key', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    const { request, keys } = await applicant(member.name)
    const { chain } = await own.expect('authority.renew', { request }, member.sender)
    const certificate = await parsed(derOf(chain[0] ?? ''))
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
    expect(certificate.publicKey.spki).toEqual(spki)
    expect(certificate.identity?.userId).toBe(member.userId)
  })

  test("[CA4] a server's newer certificate comes first in the descriptor, the older one stays in it", async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('issuer')
    expect(await own.refresh()).toBe('taken')
    const sequence = own.trust.descriptor?.sequence ?? 0
    const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
    expect(await own.refresh()).toBe('taken')
    expect(own.trust.descriptor?.sequence).toBe(sequence + 1)
    expect(own.trust.member(member.userId)?.certificates).toEqual([chain[0], member.chain[0]])
  })

  test('[CA4] the descriptor has room for the newest 24', async () => {
    const own = await (await TestAuthority.open()).start()
    let member = await own.admit('exchange')
    for (let i = 0; i < 25; i += 1) {
      const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
      member = await withChain(own, member, chain)
    }
    expect(await own.refresh()).toBe('taken')
    const certificates = own.trust.member(member.userId)?.certificates
    expect(certificates).toHaveLength(24)
    expect(certificates?.[0]).toBe(member.chain[0])
  })

  test('[CA4] a settlement server renews its key-agreement certificate too', async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('settlement')
    await own.refresh()
    const before = own.trust.member(member.userId)?.agreementCertificate
    const agreementRequest = (await applicant(member.name)).request
    const reply = await own.expect('authority.renew', { request: member.request, agreementRequest }, member.sender)
    await own.refresh()
    expect(own.trust.member(member.userId)?.agreementCertificate).toBe(reply.agreementChain?.[0])
    expect(reply.agreementChain?.[0]).not.toBe(before)
    expect(await own.trust.settlementRecipient()).toMatchObject({ ok: true })
  })

  test('[CA4] what the operator approved for a member stays; limits of the settings follow the settings', async () => {
    const own = await TestAuthority.open()
    const one = await applicant()
    const { applicationNumber } = await own.expect('authority.enrol', await application(one), one.sender)
    const policy = {
      orderLimitMinor: 7n,
      dayLimitMinor: 8n,
      currency: 'JPY',
      shortSellingProhibited: true,
      mayHold: ['HOSHI'],
    }
    const { chain = [], userId = '' } = await own.expect('authority.approve', {
      applicationNumber,
      policy,
      operator: OPERATOR,
    })
    const member = await own.member(one, 'investor', userId, chain)
    const renewed = await own.expect('authority.renew', { request: one.request }, member.sender)
    expect((await parsed(derOf(renewed.chain[0] ?? ''))).identity?.policy).toEqual(policy)
  })

  test('[CA4] only the present certificate asks: whoever got at an old key takes nothing over', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    const young = await applicant(member.name)
    const { chain } = await own.expect('authority.renew', { request: young.request }, member.sender)
    const thief = (await applicant(member.name)).request
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: thief }, member.sender))).toBe(
      'certificate_superseded',
    )
    // With the newer one revoked, the older is the present one again.
    const { serial } = await parsed(derOf(chain[0] ?? ''))
    await own.expect('authority.revoke', { userId: member.userId, serial, reason: 'superseded', operator: OPERATOR })
    expect(await own.ask('authority.renew', { request: member.request }, member.sender)).toMatchObject({ ok: true })
  })

  test('[CA4] a revoked certificate renews nothing, although the news of it may not have come round', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    await own.expect('authority.revoke', { userId: member.userId, reason: 'key_compromise', operator: OPERATOR })
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: member.request }, member.sender))).toBe(
      'cert_revoked',
    )
  })

  test('[CA4] keys of others, of other uses and compromised ones are refused', async () => {
    const own = await TestAuthority.open()
    const [member, other] = [await own.admit('settlement'), await own.admit('investor', {})]
    const waiting = await applicant(member.name)
    await own.expect('authority.enrol', await application(waiting), waiting.sender)
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: waiting.request }, member.sender))).toBe(
      'key_in_use',
    )
    // A request of the other's key in our name needs the other's key: the name is checked first.
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: other.request }, member.sender))).toBe(
      'request_mismatch',
    )
    const agreement = await applicant(member.name)
    const both = { request: member.request, agreementRequest: agreement.request }
    const { chain } = await own.expect('authority.renew', both, member.sender)
    const present = await withChain(own, member, chain)
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: agreement.request }, present.sender))).toBe(
      'key_in_use',
    )
    const young = await applicant(member.name)
    const next = await withChain(
      own,
      member,
      (await own.expect('authority.renew', { request: young.request }, present.sender)).chain,
    )
    await own.expect('authority.revoke', {
      userId: member.userId,
      serial: member.serial,
      reason: 'key_compromise',
      operator: OPERATOR,
    })
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: member.request }, next.sender))).toBe(
      'key_in_use',
    )
  })

  test('[CA4] nobody but a settlement server gets a key-agreement certificate', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    const body = { request: member.request, agreementRequest: (await applicant(member.name)).request }
    expect(await refusalOf(own, () => own.ask('authority.renew', body, member.sender))).toBe('bad_agreement_request')
  })

  test('[CA4] somebody who is no member here renews nothing', async () => {
    const [own, other] = [await TestAuthority.open(), await TestAuthority.open()]
    await other.admit('investor')
    const stranger = await other.admit('investor')
    expect(await refusalOf(own, () => own.ask('authority.renew', { request: stranger.request }, stranger.sender))).toBe(
      'member_unknown',
    )
  })
})
