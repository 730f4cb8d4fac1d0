import type { Bytes } from '../kernel/bytes.ts'
import type { DerReader } from './der.ts'
import { DerError, DerReader as Reader, listOf, readOid, readText, TAG } from './der.ts'
import { OID } from './oids.ts'

/** A distinguished name, readable and comparable. */
export interface Name {
  readonly der: Bytes
  /** Equal for equal names: case, width and inner white space do not count (RFC 5280 section 7.1). */
  readonly key: string
  /** The same form for each relative name from the root down, for subtree comparison (section 4.2.1.10). */
  readonly parts: readonly string[]
  /** Absent when the name has none or several. */
  readonly commonName?: string
  /** Values of emailAddress attributes, which e-mail name constraints also cover (section 4.2.1.10). */
  readonly emails: readonly string[]
}

interface Attribute {
  readonly type: string
  readonly value: string
  readonly der: Bytes
}

function readAttribute(set: DerReader): Attribute {
  const { der, content } = set.expect(TAG.sequence)
  const pair = new Reader(content)
  const type = readOid(pair.expect(TAG.oid).content)
  const value = readText(pair.next())
  pair.end()
  return { type, value, der }
}

function before(a: Bytes, b: Bytes): boolean {
  const differing = a.findIndex((byte, i) => byte !== b[i])
  return differing < 0 ? a.length < b.length : (a[differing] ?? 0) < (b[differing] ?? -1)
}

function readRelativeName(sequence: DerReader): readonly Attribute[] {
  const attributes = listOf(sequence.inside(TAG.set), readAttribute)
  for (const [i, { der }] of attributes.entries()) {
    const previous = attributes[i - 1]
    if (previous !== undefined && !before(previous.der, der)) throw new DerError('set not in order')
  }
  return attributes
}

function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

/** Reads a Name; an empty one is read too, and refused where it may not stand. Throws {@link DerError}. */
export function readName(list: DerReader): Name {
  const { der, content } = list.expect(TAG.sequence)
  const relative = content.length === 0 ? [] : listOf(new Reader(content), readRelativeName)
  const parts = relative.map((attributes) =>
    JSON.stringify(attributes.map(({ type, value }) => [type, comparable(value)].join('=')).toSorted()),
  )
  const values = (wanted: string): string[] =>
    relative.flat().flatMap(({ type, value }) => (type === wanted ? [value] : []))
  const [commonName, ...others] = values(OID.commonName)
  return {
    der,
    key: parts.join(''),
    parts,
    emails: values(OID.emailAddress),
    ...(commonName !== undefined && others.length === 0 && { commonName }),
  }
}
