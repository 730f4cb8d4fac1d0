import { describe, expect, test } from 'vitest'
import { toUtf8 } from '../kernel/bytes.ts'
import type { Certificate } from './certificate.ts'
import { Refused } from './codes.ts'
import { DerReader, TAG } from './der.ts'
import { encode, encodeCommonName, encodeOid, encodeUtf8 } from './encoding.ts'
import type { GeneralName } from './general-name.ts'
import { isProperName } from './general-name.ts'
import { NameSpace } from './name-constraints.ts'
import type { Name } from './name.ts'
import { readName } from './name.ts'
import { OID } from './oids.ts'

const EMPTY = readName(new DerReader(encode(TAG.sequence)))
const nameOf = (commonName: string): Name => readName(new DerReader(encodeCommonName(commonName)))

const dns = (value: string): GeneralName => ({ form: 'dns', value })
const uri = (value: string): GeneralName => ({ form: 'uri', value })
const email = (value: string): GeneralName => ({ form: 'email', value })
const ip = (...value: readonly number[]): GeneralName => ({ form: 'ip', value: Uint8Array.from(value) })
const directory = (commonName: string): GeneralName => ({ form: 'directory', value: nameOf(commonName) })
const other: GeneralName = { form: 'other', value: 0xa0 }

interface Names {
  readonly permitted?: readonly GeneralName[]
  readonly excluded?: readonly GeneralName[]
  readonly names?: readonly GeneralName[]
  readonly subject?: Name
}

// Name constraints look at nothing but a certificate's names.
function outcome({ permitted = [], excluded = [], names = [], subject = EMPTY }: Names): string {
  try {
    const space = new NameSpace()
    space.narrow({ permitted, excluded })
    space.demand({ subject, subjectAltNames: names } as Certificate)
    return 'within'
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

const OUT = 'name_constraint_violated'

describe('[SIG6] name constraints (RFC 5280 section 4.2.1.10)', () => {
  test.each<[string, Names, string]>([
    ['DNS: the host itself', { permitted: [dns('example.com')], names: [dns('EXAMPLE.com')] }, 'within'],
    ['DNS: a label that only ends alike', { permitted: [dns('example.com')], names: [dns('badexample.com')] }, OUT],
    ['DNS: everything excluded', { excluded: [dns('')], names: [dns('a.b')] }, OUT],
    ['DNS: a wildcard within', { permitted: [dns('example.com')], names: [dns('*.example.com')] }, 'within'],
    [
      'URI: the host itself',
      { permitted: [uri('example.com')], names: [uri('https://u@example.com:8443/x')] },
      'within',
    ],
    [
      'URI: a host below, not asked for',
      { permitted: [uri('example.com')], names: [uri('https://a.example.com/')] },
      OUT,
    ],
    [
      'URI: a host below a domain',
      { permitted: [uri('.example.com')], names: [uri('https://a.example.com/')] },
      'within',
    ],
    [
      'URI: a domain is not below itself',
      { permitted: [uri('.example.com')], names: [uri('https://example.com/')] },
      OUT,
    ],
    ['URI: without a host', { excluded: [uri('example.com')], names: [uri('urn:x:y')] }, OUT],
    ['URI: with an address for a host', { excluded: [uri('example.com')], names: [uri('https://[::1]/')] }, OUT],
    [
      'e-mail: the host, whatever the mailbox',
      { permitted: [email('example.com')], names: [email('a@EXAMPLE.com')] },
      'within',
    ],
    [
      'e-mail: a host below a domain',
      { permitted: [email('.example.com')], names: [email('a@b.example.com')] },
      'within',
    ],
    [
      'e-mail: the mailbox counts its case',
      { permitted: [email('A@example.com')], names: [email('a@example.com')] },
      OUT,
    ],
    [
      'e-mail: in the subject',
      {
        excluded: [email('example.com')],
        subject: readName(
          new DerReader(
            encode(
              TAG.sequence,
              encode(
                TAG.set,
                encode(TAG.sequence, encodeOid(OID.emailAddress), encode(TAG.ia5String, toUtf8('a@example.com'))),
              ),
            ),
          ),
        ),
      },
      OUT,
    ],
    [
      'IP: another family is not within',
      { permitted: [ip(192, 0, 2, 0, 255, 255, 255, 0)], names: [ip(...new Uint8Array(16))] },
      OUT,
    ],
    [
      'IP: a longer address that begins alike',
      { permitted: [ip(192, 0, 2, 0, 255, 255, 255, 0)], names: [ip(192, 0, 2, ...new Uint8Array(13))] },
      OUT,
    ],
    ['IP: a mask with holes', { permitted: [ip(192, 0, 2, 0, 255, 0, 255, 0)] }, 'cert_malformed'],
    [
      'directory: another spelling of the same',
      { permitted: [directory('Foo  Bar')], names: [directory(' ＦＯＯ bar')] },
      'within',
    ],
    [
      'directory: the empty name contains all',
      { excluded: [{ form: 'directory', value: EMPTY }], subject: nameOf('x') },
      OUT,
    ],
    ['another form, constrained', { permitted: [other], names: [other] }, OUT],
    ['another form, not constrained', { permitted: [dns('a.b')], names: [other] }, 'within'],
  ])('[SIG6] %s', (_, names, code) => {
    expect(outcome(names)).toBe(code)
  })

  test('[SIG6] thousands of names against thousands of constraints are refused before they cost time', () => {
    const many = (suffix: string): readonly GeneralName[] =>
      Array.from({ length: 2048 }, (_, i) => dns(`t${i}.${suffix}`))
    expect(outcome({ permitted: many('test'), excluded: many('example'), names: many('test') })).toBe(
      'path_too_complex',
    )
  })
})

describe('[SIG6] names that may not stand in a certificate', () => {
  test.each<[string, GeneralName, boolean]>([
    ['a host', dns('a-1.example'), true],
    ['a label of 64', dns('a'.repeat(64)), false],
    ['a name of 254', dns('abc.'.repeat(63).concat('ab')), false],
    ['a hyphen at the end', dns('a-.b'), false],
    ['a dot at the end', dns('a.b.'), false],
    ['a wildcard within', dns('a.*.b'), false],
    ['a relative URI', uri('/x'), false],
    ['an address of 5 octets', ip(1, 2, 3, 4, 5), false],
    ['a mailbox of two hosts', email('a@b@c'), false],
    ['an empty directory name', { form: 'directory', value: EMPTY }, false],
  ])('[SIG6] %s', (_, name, proper) => {
    expect(isProperName(name)).toBe(proper)
  })

  test('[SIG6] a name of several attributes is compared whatever their case, its common name only if there is one', () => {
    const attribute = (oid: string, text: string) => encode(TAG.sequence, encodeOid(oid), encodeUtf8(text))
    const read = (...attributes: readonly Uint8Array[]): Name =>
      readName(new DerReader(encode(TAG.sequence, ...attributes.map((one) => encode(TAG.set, one)))))
    const [a, b] = [read(attribute(OID.commonName, 'A')), read(attribute(OID.commonName, 'a '))]
    expect([a.key === b.key, a.commonName, b.commonName]).toEqual([true, 'A', 'a '])
    expect(read(attribute(OID.commonName, 'A'), attribute(OID.commonName, 'B')).commonName).toBeUndefined()
    const set = (...attributes: readonly Uint8Array[]) =>
      new DerReader(encode(TAG.sequence, encode(TAG.set, ...attributes)))
    const [first, second] = [attribute('2.5.4.3', 'A'), attribute('2.5.4.4', 'A')]
    expect(readName(set(first, second)).parts.length).toBe(1)
    expect(() => readName(set(second, first))).toThrow('order')
  })
})
