/**
 * Rules have IDs, and tests quote them in their titles. This checks both ways: every rule that a document defines is
 * quoted by a test, and every ID that a test quotes is defined. `node scripts/rules.ts` prints what is missing.
 */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const documents = ['docs/PROTOCOL.md', 'SECURITY.md']
const sources = '{shared,server,electron,renderer,demo,scripts,bench,e2e}/**/*.{ts,tsx}'

const definition = /^\s*[-*|#>]*\s*(?:\*\*)?\[([A-Z]+[0-9]+[a-z]?)\]/gm
const ruleId = /\[([A-Z]+[0-9]+[a-z]?)\]/g
const literal = /(['"`])((?:\\.|(?!\1)[^\\])*?)\1/.source
/** A test that does not run proves nothing. */
const idle = new RegExp(String.raw`\b(?:test|it|describe)\.(?:skip|todo)\(\s*${literal}`, 'g')
/** The second form is what `test.each(table)('title')` and `test.skipIf(reason)('title')` end with. */
const title = new RegExp(String.raw`(?:\b(?:test|it|describe)(?:\.\w+)?|\))\(\s*${literal}`, 'g')
/** The title of a row in a table of tests. */
const rowTitle = /(['"`])((?:\[[A-Z]+[0-9]+[a-z]?\]\s*)+(?:\\.|(?!\1)[^\\])*?)\1/g

/** The IDs of rules that a document defines: those that begin a heading, a list item, a table row or a paragraph. */
export function definedRules(markdown: string): readonly string[] {
  return [...markdown.matchAll(definition)].map((match) => match[1] ?? '')
}

/** The IDs of rules that the titles of the tests in a source file quote. */
export function quotedRules(source: string): readonly string[] {
  if (!/from 'vitest'|from '@playwright\/test'/.test(source)) return []
  const running = source.replaceAll(idle, '')
  const titles = [...running.matchAll(title), ...running.matchAll(rowTitle)].map((match) => match[2] ?? '')
  return titles.flatMap((text) => [...text.matchAll(ruleId)].map((match) => match[1] ?? ''))
}

/** What is missing, one line each; empty where rules and tests agree. Both maps go from a file to the IDs in it. */
export function disagreements(
  defined: ReadonlyMap<string, readonly string[]>,
  quoted: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const isDefined = new Set([...defined.values()].flat())
  const isQuoted = new Set([...quoted.values()].flat())
  const lines: string[] = []
  for (const [file, ids] of defined)
    for (const id of new Set(ids)) if (!isQuoted.has(id)) lines.push(`${file}: no test quotes [${id}]`)
  for (const [file, ids] of quoted)
    for (const id of new Set(ids)) if (!isDefined.has(id)) lines.push(`${file}: no document defines [${id}]`)
  return lines
}

function check(root: string): void {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const defined = new Map(documents.map((file) => [file, definedRules(read(file))]))
  // The fixtures in the test of this file are no rules.
  const files = globSync(sources, { cwd: root }).filter((file) => !file.endsWith('rules.test.ts'))
  const quoted = new Map(files.toSorted().map((file) => [file, quotedRules(read(file))]))
  const lines = disagreements(defined, quoted)
  for (const line of lines) process.stderr.write(`${line}\n`)
  const count = new Set([...defined.values()].flat()).size
  process.stdout.write(`rules: ${count} defined, ${lines.length} disagreements\n`)
  if (lines.length > 0) process.exitCode = 1
}

if (import.meta.main) check(resolve(import.meta.dirname, '..'))
