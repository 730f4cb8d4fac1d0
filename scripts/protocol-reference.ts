/**
 * The tables in docs/PROTOCOL.md come from the schemas that the program itself reads and writes with.
 * `node scripts/protocol-reference.ts` brings the document up to date; a test fails where it is not.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderSections } from './protocol-reference/sections.ts'

export const PROTOCOL_FILE = join(import.meta.dirname, '../docs/PROTOCOL.md')

const MARKED = /<!-- generated: ([a-z ]+) -->\n[\s\S]*?<!-- end -->/g

/** The document with what stands between its markers made anew. Throws for a marker that names nothing, and for a section without marker. */
export function refresh(document: string, sections: ReadonlyMap<string, string>): string {
  const used = new Set<string>()
  const text = document.replaceAll(MARKED, (_whole, name: string) => {
    const section = sections.get(name)
    if (section === undefined) throw new Error(`nothing is generated under the name "${name}"`)
    used.add(name)
    return `<!-- generated: ${name} -->\n\n${section}\n\n<!-- end -->`
  })
  const unused = [...sections.keys()].filter((name) => !used.has(name))
  if (unused.length > 0) throw new Error(`the document has no place for: ${unused.join(', ')}`)
  return text
}

if (import.meta.main) {
  const { sections, problems } = renderSections()
  writeFileSync(PROTOCOL_FILE, refresh(readFileSync(PROTOCOL_FILE, 'utf8'), sections))
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) process.exitCode = 1
}
