import type { DocumentOf, DocumentKind } from '../../../../shared/documents/document.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { toUtf8 } from '../../../../shared/kernel/bytes.ts'

/** Entries of one page, by number; and by size, so that a page fits the 48 KiB that a signed message has for its payload. */
const PAGE_ENTRIES = 100
const PAGE_BYTES = 40 * 1024

export interface Page<Item> {
  readonly items: Item[]
  readonly more: boolean
}

/** As many of the items as a page holds, at least one. */
export function takePage<Schema extends DocumentKind['schema']>(
  schema: Schema,
  items: Iterable<DocumentOf<DocumentKind<Schema>>>,
  budget = PAGE_BYTES,
): Page<DocumentOf<DocumentKind<Schema>>> {
  const taken: DocumentOf<DocumentKind<Schema>>[] = []
  let bytes = 0
  for (const item of items) {
    bytes += toUtf8(JSON.stringify(writeMembers(schema, item))).length + 1
    if (taken.length === PAGE_ENTRIES || (bytes > budget && taken.length > 0)) return { items: taken, more: true }
    taken.push(item)
  }
  return { items: taken, more: false }
}
