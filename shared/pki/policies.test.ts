import { beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from './certificate.ts'
import { Refused } from './codes.ts'
import type { Hierarchy } from './forge.ts'
import { buildHierarchy } from './forge.ts'
import { OID } from './oids.ts'
import { PolicyState } from './policies.ts'

let h: Hierarchy

beforeAll(async () => {
  h = await buildHierarchy()
})

type Policies = Partial<Certificate>

const ANY = OID.anyPolicy
const [GOLD, SILVER, FOREIGN] = ['2.25.1', '2.25.2', '2.25.3']
const of = (...policies: readonly string[]): Policies => ({ policies: new Set(policies) })
const EXPLICIT: Policies = { policyConstraints: { requireExplicitPolicy: 0 } }

/** From the certificate below the anchor to the leaf. */
function outcome(path: readonly Policies[], anchor: Policies = {}): string {
  const certificates = path.map((policies): Certificate => ({ ...h.leaf, ...policies }))
  const state = new PolicyState(path.length)
  try {
    state.restrict({ ...h.root.certificate, ...anchor })
    for (const [i, certificate] of certificates.entries()) {
      const final = i === certificates.length - 1
      state.process(certificate, final)
      if (final) state.finish(certificate)
      else state.prepare(certificate)
    }
    return 'valid'
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

const map = (from: string, to: string): Policies => ({ policyMappings: [[from, to]] })

describe('[SIG6] certificate policies (RFC 5280 section 6.1)', () => {
  test.each<[string, readonly Policies[], string]>([
    ['none asked for, none given', [{}, {}], 'valid'],
    ['none asked for, different ones given', [of(GOLD), of(SILVER)], 'valid'],
    ['asked for and kept', [{ ...of(GOLD), ...EXPLICIT }, of(GOLD)], 'valid'],
    ['asked for and lost', [{ ...of(GOLD), ...EXPLICIT }, of(SILVER)], 'policy_violated'],
    ['asked for and left out', [{ ...of(GOLD), ...EXPLICIT }, {}], 'policy_violated'],
    ['asked for by the leaf alone', [{}, EXPLICIT], 'policy_violated'],
    [
      'asked for below the leaf',
      [{ ...of(GOLD), policyConstraints: { requireExplicitPolicy: 3 } }, of(GOLD), {}],
      'valid',
    ],
    [
      'asked for from the leaf on',
      [{ ...of(GOLD), policyConstraints: { requireExplicitPolicy: 2 } }, of(GOLD), {}],
      'policy_violated',
    ],
    ['any policy passes a policy on', [{ ...of(ANY), ...EXPLICIT }, of(GOLD)], 'valid'],
    ['any policy of the leaf takes a policy up', [{ ...of(GOLD), ...EXPLICIT }, of(ANY)], 'valid'],
    ['any policy inhibited', [{ ...of(GOLD), ...EXPLICIT, inhibitAnyPolicy: 0 }, of(ANY)], 'policy_violated'],
    ['mapped', [{ ...of(GOLD), ...EXPLICIT, ...map(GOLD, FOREIGN) }, of(FOREIGN)], 'valid'],
    ['mapped away', [{ ...of(GOLD), ...EXPLICIT, ...map(GOLD, FOREIGN) }, of(GOLD)], 'policy_violated'],
    ['mapped from any policy', [{ ...of(ANY), ...EXPLICIT, ...map(GOLD, FOREIGN) }, of(FOREIGN)], 'valid'],
    [
      'mapping inhibited above',
      [
        { ...of(GOLD), policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: 0 } },
        { ...of(GOLD), ...map(GOLD, FOREIGN) },
        of(FOREIGN),
      ],
      'policy_violated',
    ],
    ['any policy mapped', [{ ...of(ANY), ...map(ANY, GOLD) }, of(GOLD)], 'policy_violated'],
  ])('[SIG6] %s', (_, path, code) => {
    expect(outcome(path)).toBe(code)
  })

  test('[SIG6] a self-issued authority only changes its key, so no count goes down', () => {
    const own = { subject: h.leaf.issuer }
    const first = { ...of(GOLD), ...EXPLICIT, inhibitAnyPolicy: 0 }
    expect(outcome([first, { ...of(ANY), ...own }, of(GOLD)])).toBe('valid')
    expect(outcome([first, of(ANY), of(GOLD)])).toBe('policy_violated')
    const later = { policyConstraints: { requireExplicitPolicy: 2 } }
    expect(outcome([later, own, {}])).toBe('valid')
  })

  test('[SIG6] the anchor\u2019s own constraints hold', () => {
    expect(outcome([{}, {}], EXPLICIT)).toBe('policy_violated')
    expect(outcome([of(GOLD), of(GOLD)], EXPLICIT)).toBe('valid')
    expect(outcome([of(ANY), of(GOLD)], { ...EXPLICIT, inhibitAnyPolicy: 0 })).toBe('policy_violated')
  })
})
