import { describe, expect, test } from 'vitest'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { parseCrl, type RevocationList } from '../../../shared/pki/crl.ts'
import { DAY, parsed } from '../../../shared/pki/forge.ts'
import type { ReplyBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { applicant, application, derOf, TestAuthority, type Member } from './authority-fixture.ts'
import { termsHash } from './settings.ts'

const OPERATOR = 'Operator'
const PERIOD = 60_000

async function refusalOf(own: TestAuthority, asked: () => Promise<Result<unknown, Refusal>>): Promise<string> {
  const before = own.snapshot()
  const result = await asked()
  expect(own.snapshot()).toBe(before)
  return result.ok ? 'accepted' : result.error.code
}

function revoke(own: TestAuthority, { userId }: Member, serial?: string): Promise<ReplyBody<'authority.revoke'>> {
  const body = { userId, reason: 'key_compromise' as const, operator: OPERATOR }
  return own.expect('authority.revoke', serial === undefined ? body : { ...body, serial })
}

async function listOf(own: TestAuthority): Promise<RevocationList> {
  const list = await parseCrl(await own.published.crl('issuing'))
  if (!list.ok) expect.fail(list.error.message)
  return list.value
}

describe('[CA4] revocation', () => {
  test('[P13] a revoked certificate is refused from the next list on, and an older list does not bring it back', async () => {
    const own = await (await TestAuthority.open()).start()
    const [member, other] = [await own.admit('investor'), await own.admit('investor')]
    expect(await own.refresh()).toBe('taken')
    expect(await own.trust.authenticate(member.chain)).toMatchObject({ ok: true })
    const older = await own.published.crl('issuing')
    const { revoked, crlNumber } = await revoke(own, member)
    expect(revoked).toEqual([member.serial])
    expect(await own.refresh()).toBe('taken')
    expect(await own.trust.authenticate(member.chain)).toMatchObject({ error: { code: 'cert_revoked' } })
    expect(await own.trust.authenticate(other.chain)).toMatchObject({ ok: true })
    expect((await listOf(own)).number).toBe(BigInt(crlNumber))
    // [A25]
    expect(await own.trust.takeCrl(older)).toMatchObject({ error: { code: 'crl_rollback' } })
    expect(await own.trust.authenticate(member.chain)).toMatchObject({ error: { code: 'cert_revoked' } })
  })

  test('[CA4] all certificates of a member are meant, superseded ones too, or one by its serial number', async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('investor')
    const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
    const { serial } = await parsed(derOf(chain[0] ?? ''))
    expect((await revoke(own, member, member.serial)).revoked).toEqual([member.serial])
    await own.refresh()
    expect(await own.trust.authenticate(member.chain)).toMatchObject({ error: { code: 'cert_revoked' } })
    expect(await own.trust.authenticate(chain)).toMatchObject({ ok: true })
    expect((await revoke(own, member)).revoked).toEqual([serial])
    expect([...(await listOf(own)).revoked.keys()].sort()).toEqual([member.serial, serial].sort())
  })

  test.each([
    ['unspecified', 'unspecified'],
    ['key_compromise', 'keyCompromise'],
    ['affiliation_changed', 'affiliationChanged'],
    ['superseded', 'superseded'],
    ['cessation_of_operation', 'cessationOfOperation'],
  ] as const)('[CA4] the reason %s stands in the list', async (reason, known) => {
    const own = await TestAuthority.open()
    const { userId, serial } = await own.admit('investor')
    await own.expect('authority.revoke', { userId, reason, operator: OPERATOR })
    expect((await listOf(own)).revoked.get(serial)).toEqual({ at: own.now, reason: known })
    const { certificates } = await own.expect('authority.certificates', { userId })
    expect(certificates).toMatchObject([{ serial, state: 'revoked', revokedAt: own.now, reason }])
  })

  test('[CA4] what is not there, or was revoked before, is refused', async () => {
    const own = await TestAuthority.open()
    const [member, other] = [await own.admit('investor'), await own.admit('investor')]
    const usual = { reason: 'unspecified' as const, operator: OPERATOR }
    const asking = (body: { userId: string; serial?: string }) => () =>
      own.ask('authority.revoke', { ...usual, ...body })
    const { userId } = member
    expect(await refusalOf(own, asking({ userId: 'inv-0000000000' }))).toBe('member_unknown')
    expect(await refusalOf(own, asking({ userId: own.ceremony.authorityUserId }))).toBe('member_unknown')
    expect(await refusalOf(own, asking({ userId, serial: '40' }))).toBe('certificate_unknown')
    expect(await refusalOf(own, asking({ userId, serial: other.serial }))).toBe('certificate_unknown')
    await revoke(own, member)
    expect(await refusalOf(own, asking({ userId }))).toBe('already_revoked')
    expect(await refusalOf(own, asking({ userId, serial: member.serial }))).toBe('already_revoked')
  })

  test('[CA4] a server leaves the descriptor with its last certificate, and its securities are free again', async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('issuer')
    const { chain } = await own.expect('authority.renew', { request: member.request }, member.sender)
    await revoke(own, member, member.serial)
    await own.refresh()
    expect(own.trust.member(member.userId)?.certificates).toEqual([chain[0]])
    await revoke(own, member)
    await own.refresh()
    expect(own.trust.member(member.userId)).toBeUndefined()
    const successor = await own.admit('issuer')
    await own.refresh()
    expect(own.trust.find('issuer', 'HOSHI')?.userId).toBe(successor.userId)
  })

  test('[CA4] revoking what is left of a member that went takes nothing from its successor', async () => {
    const own = await (await TestAuthority.open()).start()
    const member = await own.admit('settlement')
    await revoke(own, member, member.serial)
    const successor = await own.admit('settlement')
    expect((await revoke(own, member)).revoked).toHaveLength(1)
    await own.refresh()
    expect(own.trust.find('settlement')?.userId).toBe(successor.userId)
    expect(await own.trust.settlementRecipient()).toMatchObject({ ok: true })
  })

  test('[CA1] a revoked key never enrols again', async () => {
    const own = await TestAuthority.open()
    const member = await own.admit('investor')
    await revoke(own, member)
    const sender = { ...member.sender, name: `applicant:${member.thumbprint}` }
    expect(await refusalOf(own, async () => own.ask('authority.enrol', await application(member), sender))).toBe(
      'key_in_use',
    )
  })
})

describe('[CA4] the revocation list', () => {
  test('[P13] a new one is due after each period and holds for two', async () => {
    const own = await TestAuthority.open({ crlPeriodSeconds: 60 })
    const [timer] = own.role.timers
    expect(timer?.operation).toBe('authority.crl')
    expect(timer?.everyMs).toBeLessThan(PERIOD)
    const due = (at: number) => timer?.due(own.view, at, undefined)
    expect(due(own.now)).toBe(true)
    const { nextUpdate } = await own.expect('authority.crl', {})
    expect(nextUpdate).toBe(own.now + 2 * PERIOD)
    expect([due(own.now), due(own.now + PERIOD - 1), due(own.now + PERIOD)]).toEqual([false, false, true])
  })

  test('[CA4] its number never falls, whatever asks for it', async () => {
    const own = await (await TestAuthority.open()).start()
    let last = (await listOf(own)).number
    for (const step of ['revoke', 'crl', 'revoke', 'start'] as const) {
      own.now += 1000
      if (step === 'revoke') await revoke(own, await own.admit('investor'))
      else if (step === 'crl') await own.expect('authority.crl', {})
      else await own.start()
      const { number, thisUpdate } = await listOf(own)
      expect(number).toBe(last + 1n)
      expect(thisUpdate).toBe(own.now)
      last = number
    }
  })

  test('[SIG6] nobody trusts it beyond its end: without a newer one nothing is fresh', async () => {
    const own = await (await TestAuthority.open()).start()
    await own.refresh()
    expect(own.trust.freshness(own.now + 2 * PERIOD)).toBeUndefined()
    expect(own.trust.freshness(own.now + 2 * PERIOD + 1)?.code).toBe('revocation_unknown')
    own.now += PERIOD
    await own.expect('authority.crl', {})
    await own.refresh()
    expect(own.trust.freshness(own.now + 2 * PERIOD)).toBeUndefined()
  })

  test('[CA4] the same number is signed once, and says the same after a restart', async () => {
    const own = await (await TestAuthority.open()).start()
    await revoke(own, await own.admit('investor'))
    const [first, second] = await Promise.all([own.published.crl('issuing'), own.published.crl('issuing')])
    expect(second).toBe(first)
    const { number, thisUpdate, nextUpdate, revoked } = await listOf(own)
    const row = own.view.get('lists', 'present')
    expect(row).toMatchObject({ number, thisUpdateAt: BigInt(thisUpdate), nextUpdateAt: BigInt(nextUpdate) })
    expect(own.view.range('revocations', '', 10).map(({ serial }) => serial)).toEqual([...revoked.keys()])
  })

  test("[CA4] an investor's certificate leaves it a day after its own end, a server's never", async () => {
    const own = await TestAuthority.open({
      admission: { investor: { certificateDays: 30 }, issuer: { certificateDays: 30 } },
    })
    const [investor, issuer] = [await own.admit('investor'), await own.admit('issuer')]
    await revoke(own, investor)
    await revoke(own, issuer)
    own.now += 31 * DAY
    expect((await own.expect('authority.crl', {})).revoked).toBe(2)
    own.now += 1000
    expect((await own.expect('authority.crl', {})).revoked).toBe(1)
    expect([...(await listOf(own)).revoked.keys()]).toEqual([issuer.serial])
    const { certificates } = await own.expect('authority.certificates', { userId: investor.userId })
    expect(certificates).toMatchObject([{ state: 'revoked' }])
  })
})

describe('the market descriptor', () => {
  test('[CA5] an authority that just began describes a market of itself alone, which it can believe', async () => {
    const own = await TestAuthority.open({ demonstration: true })
    expect(await own.trust.takeDescriptor(await own.published.descriptor())).toMatchObject({
      ok: true,
      value: {
        marketName: 'Test market',
        sequence: 1,
        currency: 'JPY',
        demonstration: true,
        members: [{ role: 'authority', userId: own.ceremony.authorityUserId }],
      },
    })
    expect(await own.trust.authenticate([own.self.certificate])).toMatchObject({ ok: true })
  })

  test('names each server with its role, address and securities, and no investor', async () => {
    const own = await (await TestAuthority.open()).start()
    await own.admit('investor')
    const [issuer, exchange, settlement] = [
      await own.admit('issuer'),
      await own.admit('exchange'),
      await own.admit('settlement'),
    ]
    expect(await own.refresh()).toBe('taken')
    const members = own.trust.descriptor?.members ?? []
    expect(members.map(({ role, userId, url }) => [role, userId, url])).toEqual([
      ['authority', own.ceremony.authorityUserId, 'wss://authority.example/authority'],
      ['issuer', issuer.userId, 'wss://issuer.example/issuer'],
      ['exchange', exchange.userId, 'wss://exchange.example/exchange'],
      ['settlement', settlement.userId, 'wss://settlement.example/settlement'],
    ])
    expect(members.map(({ securities }) => securities)).toEqual([undefined, ['HOSHI'], undefined, undefined])
    expect(await own.trust.settlementRecipient()).toMatchObject({ ok: true })
  })

  test('[A25] its sequence grows with each change of the servers and with nothing else; an older one is refused', async () => {
    const own = await (await TestAuthority.open()).start()
    const older = await own.published.descriptor()
    await own.refresh()
    const sequence = own.trust.descriptor?.sequence ?? 0
    await own.admit('investor')
    await own.start()
    await own.refresh()
    expect(own.trust.descriptor?.sequence).toBe(sequence)
    await own.admit('exchange')
    await own.refresh()
    expect(own.trust.descriptor?.sequence).toBe(sequence + 1)
    expect(await own.trust.takeDescriptor(older)).toMatchObject({ error: { code: 'descriptor_rollback' } })
  })

  test('changed settings are a change of it', async () => {
    const own = await (await TestAuthority.open()).start()
    const describe = () => own.expect('authority.describe', { terms: termsHash(own.role.settings) })
    const before = await describe()
    Object.assign(own.role.settings, { marketName: 'New name' })
    const after = await describe()
    expect(after.sequence).toBe(before.sequence + 1)
    await own.refresh()
    expect(own.trust.descriptor?.marketName).toBe('New name')
  })
})

describe('what the operator looks at', () => {
  test('applications come in pages that fit a message, by state', async () => {
    const own = await TestAuthority.open()
    const name = '山'.repeat(64)
    const postalAddress = '京'.repeat(300)
    const count = 60
    for (let i = 0; i < count; i += 1) {
      const one = await applicant(name)
      await own.expect('authority.enrol', await application(one, 'investor', { postalAddress }), one.sender)
    }
    await own.expect('authority.refuse', { applicationNumber: 'AP-00000002', reason: 'No', operator: OPERATOR })
    for (const [state, expected] of [
      [undefined, count],
      ['pending', count - 1],
      ['refused', 1],
      ['approved', 0],
    ] as const) {
      const seen: string[] = []
      for (let more = true; more;) {
        const after = seen.at(-1)
        const page = await own.expect('authority.applications', {
          ...(state !== undefined && { state }),
          ...(after !== undefined && { after }),
        })
        expect(Buffer.byteLength(JSON.stringify(page.applications))).toBeLessThan(45 * 1024)
        expect(page.more && page.applications.length === 0).toBe(false)
        seen.push(...page.applications.map(({ applicationNumber }) => applicationNumber))
        more = page.more
      }
      expect(seen).toHaveLength(expected)
      expect(new Set(seen).size).toBe(expected)
    }
  })

  test('certificates come in pages, of one member or of all', async () => {
    const own = await TestAuthority.open({ admission: { investor: { approval: 'automatic' } } })
    for (let i = 0; i < 210; i += 1) {
      const one = await applicant()
      await own.expect('authority.enrol', await application(one), one.sender)
    }
    const seen: string[] = []
    for (let more = true; more;) {
      const after = seen.at(-1)
      const page = await own.expect('authority.certificates', after === undefined ? {} : { after })
      seen.push(...page.certificates.map(({ serial }) => serial))
      more = page.more
    }
    expect(new Set(seen).size).toBe(210)
    const [first] = own.view.range('certificates', '', 1)
    const { certificates } = await own.expect('authority.certificates', { userId: first?.userId })
    expect(certificates.map(({ serial }) => serial)).toEqual([first?.serial])
  })
})
