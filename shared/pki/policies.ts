import type { Certificate } from './certificate.ts'
import { Refused } from './codes.ts'
import { isSelfIssued } from './conformance.ts'
import { OID } from './oids.ts'

/**
 * Certificate policies along a path (RFC 5280 section 6.1, with user-initial-policy-set = any-policy). Then all that
 * matters of the valid policy tree is which policies its deepest level expects next, so one set stands for the tree and
 * its exponential growth (RFC 9618) cannot happen. An empty set is the NULL tree.
 */
export class PolicyState {
  #expected: ReadonlySet<string> = new Set([OID.anyPolicy])
  #explicit: number
  #anyPolicy: number
  #mapping: number

  /** `length` is n, the number of certificates below the trust anchor. */
  constructor(length: number) {
    this.#explicit = length + 1
    this.#anyPolicy = length + 1
    this.#mapping = length + 1
  }

  /** Section 6.1.3 (d) to (f). Throws {@link Refused} when a policy is demanded and none is left. */
  process(certificate: Certificate, final: boolean): void {
    this.#expected = this.#valid(certificate, final)
    if (this.#explicit === 0) this.#demandPolicy()
  }

  /** Section 6.1.4 (a), (b) and (h) to (j): what an authority that is not the last certificate passes on. */
  prepare(certificate: Certificate): void {
    this.#map(certificate)
    if (!isSelfIssued(certificate)) {
      this.#explicit = Math.max(0, this.#explicit - 1)
      this.#mapping = Math.max(0, this.#mapping - 1)
      this.#anyPolicy = Math.max(0, this.#anyPolicy - 1)
    }
    this.restrict(certificate)
  }

  /** The constraints alone; for the trust anchor, whose own policies are not asked. */
  restrict({ policyConstraints, inhibitAnyPolicy }: Certificate): void {
    this.#explicit = Math.min(this.#explicit, policyConstraints?.requireExplicitPolicy ?? Infinity)
    this.#mapping = Math.min(this.#mapping, policyConstraints?.inhibitPolicyMapping ?? Infinity)
    this.#anyPolicy = Math.min(this.#anyPolicy, inhibitAnyPolicy ?? Infinity)
  }

  /** Section 6.1.5 (a), (b) and (g). Throws {@link Refused}. */
  finish({ policyConstraints }: Certificate): void {
    if (this.#explicit <= 1 || policyConstraints?.requireExplicitPolicy === 0) this.#demandPolicy()
  }

  #demandPolicy(): void {
    if (this.#expected.size === 0)
      throw new Refused('policy_violated', 'no certificate policy is valid for the whole path')
  }

  #valid(certificate: Certificate, final: boolean): ReadonlySet<string> {
    const { policies } = certificate
    if (policies === undefined) return new Set()
    const everything = this.#expected.has(OID.anyPolicy)
    const named = [...policies].filter(
      (policy) => policy !== OID.anyPolicy && (everything || this.#expected.has(policy)),
    )
    const anyAllowed = this.#anyPolicy > 0 || (!final && isSelfIssued(certificate))
    return new Set(policies.has(OID.anyPolicy) && anyAllowed ? [...named, ...this.#expected] : named)
  }

  #map({ policyMappings }: Certificate): void {
    if (policyMappings === undefined) return
    if (policyMappings.some((pair) => pair.includes(OID.anyPolicy)))
      throw new Refused('policy_violated', 'anyPolicy cannot be mapped')
    const next = new Set(this.#expected)
    for (const [policy] of policyMappings) next.delete(policy)
    if (this.#mapping > 0) {
      for (const [policy, equivalent] of policyMappings) {
        if (this.#expected.has(policy) || this.#expected.has(OID.anyPolicy)) next.add(equivalent)
      }
    }
    this.#expected = next
  }
}
