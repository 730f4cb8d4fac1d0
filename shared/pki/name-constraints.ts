import type { Bytes } from '../kernel/bytes.ts'
import type { Certificate } from './certificate.ts'
import { Refused } from './codes.ts'
import type { NameConstraints } from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import { isHost, splitMailbox, uriHost } from './general-name.ts'

/** Name constraints (RFC 5280 sections 4.2.1.10, 6.1.3 (b) and (c)). What cannot be compared is refused. */

/** Comparisons allowed in one path: 64 names against 1,024 subtrees; a real certificate needs a handful. */
const MAX_COMPARISONS = 64 * 1024

function violated(why: string): never {
  throw new Refused('name_constraint_violated', why)
}

function isDomain(text: string): boolean {
  return isHost(text.replace(/^\./, ''))
}

/** A mask of ones, then zeros, as CIDR writes it. */
function isMask(mask: Bytes): boolean {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits)
}

function isProperSubtree(base: GeneralName): boolean {
  switch (base.form) {
    case 'dns':
      return base.value === '' || isHost(base.value)
    case 'uri':
      return isDomain(base.value)
    case 'email':
      return base.value.includes('@') ? splitMailbox(base.value) !== undefined : isDomain(base.value)
    case 'ip': {
      const half = base.value.length / 2
      return (half === 4 || half === 16) && isMask(base.value.subarray(half))
    }
    case 'directory':
    case 'other':
      return true
  }
}

function withinDomain(host: string, domain: string): boolean {
  return domain === '' || host === domain || host.endsWith(`.${domain}`)
}

/** A host must be the host; `.domain` stands for every host below it. */
function matchesHost(host: string, constraint: string): boolean {
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint
}

function withinNetwork(address: Bytes, network: Bytes): boolean {
  const half = network.length / 2
  return (
    address.length === half &&
    address.every((octet, i) => ((octet ^ (network[i] ?? 0)) & (network[half + i] ?? 0)) === 0)
  )
}

function matchesMailbox(value: string, constraint: string): boolean {
  const mailbox = splitMailbox(value) ?? violated('an e-mail address that cannot be compared')
  const exact = splitMailbox(constraint)
  if (exact !== undefined) return mailbox.local === exact.local && mailbox.host === exact.host
  return matchesHost(mailbox.host, constraint.toLowerCase())
}

/** Does the subtree contain the name? For an exclusion, a wildcard counts as every name that it could stand for. */
function contains(base: GeneralName, name: GeneralName, excluding: boolean): boolean {
  if (base.form === 'dns' && name.form === 'dns') {
    const [domain, value] = [base.value.toLowerCase(), name.value.toLowerCase()]
    const host = value.replace(/^\*\./, '')
    return withinDomain(host, domain) || (excluding && host !== value && withinDomain(domain, host))
  }
  if (base.form === 'email' && name.form === 'email') return matchesMailbox(name.value, base.value)
  if (base.form === 'uri' && name.form === 'uri')
    return matchesHost(uriHost(name.value) ?? violated('a URI without a host'), base.value.toLowerCase())
  if (base.form === 'ip' && name.form === 'ip') return withinNetwork(name.value, base.value)
  if (base.form === 'directory' && name.form === 'directory')
    return base.value.parts.every((part, i) => part === name.value.parts[i])
  return violated('a constraint on a form of name that cannot be compared')
}

function sameForm(a: GeneralName, b: GeneralName): boolean {
  return a.form === b.form && (a.form !== 'other' || a.value === b.value)
}

function namesOf({ subject, subjectAltNames = [] }: Certificate): readonly GeneralName[] {
  const emails = subject.emails.map((value): GeneralName => ({ form: 'email', value }))
  const directory: readonly GeneralName[] = subject.parts.length > 0 ? [{ form: 'directory', value: subject }] : []
  return [...directory, ...subjectAltNames, ...emails]
}

/** The constraints met so far on the way down. Permitted subtrees intersect, so each certificate's are kept apart. */
export class NameSpace {
  readonly #constraints: NameConstraints[] = []
  #comparisons = 0

  /** Adds those of an authority; throws {@link Refused} when they are malformed. */
  narrow(constraints: NameConstraints | undefined): void {
    if (constraints === undefined) return
    if (![...constraints.permitted, ...constraints.excluded].every(isProperSubtree))
      throw new Refused('cert_malformed', 'malformed name constraint')
    this.#constraints.push(constraints)
  }

  /** Throws {@link Refused} unless every name of the certificate lies within. */
  demand(certificate: Certificate): void {
    for (const name of namesOf(certificate)) {
      for (const { permitted, excluded } of this.#constraints) {
        this.#comparisons += permitted.length + excluded.length
        if (this.#comparisons > MAX_COMPARISONS) throw new Refused('path_too_complex', 'too many names and constraints')
        if (excluded.some((base) => sameForm(base, name) && contains(base, name, true))) violated('an excluded name')
        const wanted = permitted.filter((base) => sameForm(base, name))
        if (wanted.length > 0 && !wanted.some((base) => contains(base, name, false))) violated('not a permitted name')
      }
    }
  }
}
