import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CODES } from '../shared/protocol/codes.ts'
import { PROTOCOL_FILE, refresh } from './protocol-reference.ts'
import { readComments } from './protocol-reference/comments.ts'
import { formOf, rowsOf } from './protocol-reference/schema-table.ts'
import { renderSections } from './protocol-reference/sections.ts'

const { sections, problems } = renderSections()

test('every operation, member and code has a meaning, and every meaning something that it is of', () => {
  expect(problems).toEqual([])
})

test.each(['authority', 'issuer', 'exchange', 'settlement'] as const)(
  '[SIG7] decisions of the role %s refuse with listed codes',
  (role) => {
    const root = join(import.meta.dirname, '..')
    const files = globSync(`server/roles/${role}/domain/**/*.ts`, { cwd: root }).filter(
      (file) => !file.endsWith('.test.ts'),
    )
    const sources = files.map((file) => readFileSync(join(root, file), 'utf8'))
    const refused = sources.flatMap((source) => [...source.matchAll(/refuse\(\s*'([^']+)'/g)].map(([, code]) => code))
    const listed = new Set<string | undefined>([...CODES.form, ...CODES.session, ...CODES[role]])
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.filter((code) => !listed.has(code))).toEqual([])
  },
)

test('docs/PROTOCOL.md is up to date: if not, run node scripts/protocol-reference.ts', () => {
  const document = readFileSync(PROTOCOL_FILE, 'utf8')
  expect(document === refresh(document, sections)).toBe(true)
})

test('links within the document lead to headings', () => {
  const document = readFileSync(PROTOCOL_FILE, 'utf8')
  const anchors = new Set(
    [...document.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
  const broken = [...document.matchAll(/\]\(#([^)]+)\)/g)]
    .map(([, anchor = '']) => anchor)
    .filter((anchor) => !anchors.has(anchor))
  expect(broken).toEqual([])
})

test('a marker that names nothing, and a section without a place, are told', () => {
  const sections = new Map([['a', 'x']])
  expect(refresh('<!-- generated: a -->\nold\n<!-- end -->', sections)).toBe(
    '<!-- generated: a -->\n\nx\n\n<!-- end -->',
  )
  expect(() => refresh('<!-- generated: b -->\n<!-- end -->', sections)).toThrow('"b"')
  expect(() => refresh('nothing', sections)).toThrow('no place for: a')
})

const none = (): undefined => undefined

test.each([
  ['text', z.string().max(5), 'text, at most 5 characters'],
  ['a pattern', z.string().regex(/^a|b$/), String.raw`text \`^a\|b$\``],
  ['an integer', z.number().int().min(1).max(9), 'integer, 1 to 9'],
  ['an enumeration', z.enum(['a', 'b']), '`a`, `b`'],
  ['a list', z.array(z.boolean()).min(1).max(2), 'list of true or false, 1 to 2'],
  ['an object', z.strictObject({}), 'object'],
])('the form of %s', (_name, schema, form) => {
  expect(formOf(schema, none)).toBe(form.replaceAll('\\`', '`'))
})

test('nested members have a path; members of one alternative say of which', () => {
  const schema = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('a'), both: z.boolean(), one: z.boolean().optional() }),
    z.strictObject({ kind: z.literal('b'), both: z.boolean(), list: z.array(z.strictObject({ inner: z.boolean() })) }),
  ])
  expect(rowsOf(schema, none).map(({ path, optional, condition }) => [path, optional, condition])).toEqual([
    ['kind', false, ''],
    ['both', false, ''],
    ['one', true, 'only if `kind` is `a`'],
    ['list', false, 'only if `kind` is `b`'],
    ['list[].inner', false, 'only if `kind` is `b`'],
  ])
})

test('comments are read from the source, of constants and of members', () => {
  const { exported, members } = readComments(
    [
      '/** A\n * thing. */',
      'export const a = z.object({',
      '  /** One. */',
      '  one: x,',
      '  two,',
      '})',
      'export const b = 1',
    ].join('\n'),
  )
  expect([...exported]).toEqual([['a', 'A thing.']])
  expect([...members]).toEqual([['a.one', 'One.']])
})
