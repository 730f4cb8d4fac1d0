import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { parseCrl } from '../../../shared/pki/crl.ts'
import { applicant, application, TestAuthority, type Applicant } from './authority-fixture.ts'
import type { ApplicantRole } from './settings.ts'

/** Keys take long to make: the same people live in every run. */
const PEOPLE = 12
const SECURITIES = ['HOSHI', 'TSUKI', 'KUMO']
const OPERATOR = 'Operator'

let people: readonly Applicant[]

beforeAll(async () => {
  people = await Promise.all(Array.from({ length: PEOPLE }, () => applicant()))
})

const person = fc.nat(PEOPLE - 1)
const step = fc.oneof(
  fc.record({
    kind: fc.constant('enrol' as const),
    person,
    role: fc.constantFrom<ApplicantRole>('investor', 'issuer', 'exchange'),
    securities: fc.subarray(SECURITIES, { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('approve' as const), number: fc.integer({ min: 1, max: PEOPLE }) }),
  fc.record({ kind: fc.constant('refuse' as const), number: fc.integer({ min: 1, max: PEOPLE }) }),
  fc.record({ kind: fc.constant('renew' as const), member: fc.nat(), person }),
  fc.record({
    kind: fc.constant('widen' as const),
    member: fc.nat(),
    securities: fc.subarray(SECURITIES, { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('revoke' as const), certificate: fc.nat(), all: fc.boolean() }),
  fc.record({ kind: fc.constant('crl' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

async function take(own: TestAuthority, one: Step): Promise<void> {
  const { view } = own
  const certificates = view.range('certificates', '', 1000)
  const whose = (index: number) => people[index] ?? expect.fail('nobody')
  switch (one.kind) {
    case 'enrol': {
      const who = whose(one.person)
      const change = one.role === 'issuer' ? { securities: one.securities } : {}
      await own.ask('authority.enrol', await application(who, one.role, change), who.sender)
      return
    }
    case 'approve':
    case 'refuse': {
      const body = { applicationNumber: `AP-${`${one.number}`.padStart(8, '0')}`, operator: OPERATOR }
      if (one.kind === 'approve') await own.ask('authority.approve', body)
      else await own.ask('authority.refuse', { ...body, reason: 'No' })
      return
    }
    case 'renew':
    case 'widen': {
      const signing = certificates[one.member % Math.max(1, certificates.length)]
      if (signing === undefined) return
      const sender = {
        name: signing.userId,
        role: signing.role as ApplicantRole,
        displayName: signing.name,
        policy: undefined,
        certificate: signing.der,
      }
      if (one.kind === 'renew') await own.ask('authority.renew', { request: whose(one.person).request }, sender)
      // The catalogue lets nobody else ask.
      else if (signing.role === 'issuer') await own.ask('authority.widen', { securities: one.securities }, sender)
      return
    }
    case 'revoke': {
      const row = certificates[one.certificate % Math.max(1, certificates.length)]
      if (row === undefined) return
      const usual = { userId: row.userId, reason: 'unspecified' as const, operator: OPERATOR }
      await own.ask('authority.revoke', one.all ? usual : { ...usual, serial: row.serial })
      return
    }
    case 'crl':
      await own.ask('authority.crl', {})
  }
}

/** What holds after every step. Returns the servers that the market hears of and those that are there. */
async function check(own: TestAuthority): Promise<{ described: string[] | undefined; servers: string[] }> {
  const { view } = own
  const certificates = view.range('certificates', '', 1000)
  const members = view.range('members', '', 1000)
  // The list is the revoked certificates.
  const list = await parseCrl(await own.published.crl('issuing'))
  if (!list.ok) expect.fail(list.error.message)
  const revoked = certificates.filter(({ state }) => state === 'revoked').map(({ serial }) => serial)
  expect([...list.value.revoked.keys()].sort()).toEqual(revoked)
  // One key is one person's.
  const owners = new Map<string, string>()
  for (const { keyThumbprint, userId } of certificates) {
    expect(owners.get(keyThumbprint) ?? userId).toBe(userId)
    owners.set(keyThumbprint, userId)
  }
  for (const { userId, leftAt } of members) {
    const own = certificates.filter((row) => row.userId === userId)
    expect(own.filter(({ state }) => state === 'valid').length).toBeLessThanOrEqual(1)
    expect(leftAt !== null).toBe(own.every(({ state }) => state === 'revoked'))
  }
  // Who may issue is whoever issues, and nobody else.
  const issuing = members
    .filter(({ leftAt }) => leftAt === null)
    .flatMap(({ securities, userId }) => (securities as string[]).map((security) => ({ security, userId })))
  expect(view.range('securities', '', 100)).toEqual(issuing.sort((a, b) => (a.security < b.security ? -1 : 1)))
  // Everybody takes what is published, in this order, and finds the servers that are there.
  expect(await own.refresh()).toBe('taken')
  const servers = members
    .filter(({ leftAt, role }) => leftAt === null && role !== 'investor')
    .map(({ userId }) => userId)
  const described = own.trust.descriptor?.members.filter(({ role }) => role !== 'authority').map(({ userId }) => userId)
  return { described: described?.sort(), servers }
}

test(
  '[CA4] whatever is asked, keys, securities, lists and descriptor agree, and everybody can follow',
  { timeout: 60_000 },
  async () => {
    const settings = { admission: { investor: { approval: 'automatic' }, exchange: { approval: 'automatic' } } }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const own = await (await TestAuthority.open(settings)).start()
        for (const one of steps) {
          own.now += 1000
          await take(own, one)
          const { described, servers } = await check(own)
          expect(described).toEqual(servers)
        }
      }),
      { numRuns: 25 },
    )
  },
)
